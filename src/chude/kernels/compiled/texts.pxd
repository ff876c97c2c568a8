# Texts read in place: where the characters of a str lie, and how wide they are.
from libc.stdint cimport uint8_t, uint16_t, uint32_t


ctypedef fused character:
    uint8_t
    uint16_t
    uint32_t


cdef struct Text:
    const void* characters
    Py_ssize_t length
    int width  # bytes of a character: 1, 2 or 4


cdef extern from *:
    """
    #if PY_VERSION_HEX < 0x030C0000
        #define chude_is_ready(text) (PyUnicode_READY(text) == 0)
    #else
        #define chude_is_ready(text) 1
    #endif
    """
    bint chude_is_ready(object text)
    int PyUnicode_KIND(object text)
    void* PyUnicode_DATA(object text)
    Py_ssize_t PyUnicode_GET_LENGTH(object text)


cdef inline Text text_of(object text) except *:
    # The caller holds the str for as long as the characters are read.
    cdef Text found
    if not isinstance(text, str):
        raise TypeError(f"expected a text of type str, got {type(text).__name__}")
    if not chude_is_ready(text):
        raise MemoryError
    found.characters = PyUnicode_DATA(text)
    found.length = PyUnicode_GET_LENGTH(text)
    found.width = PyUnicode_KIND(text)
    return found


cdef class Texts:
    cdef list held
    cdef Text* texts
    cdef readonly Py_ssize_t n
    cdef readonly Py_ssize_t longest
    cdef readonly Py_ssize_t n_characters
