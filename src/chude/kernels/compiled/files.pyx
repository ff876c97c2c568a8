"""Many small files looked at, read, and decoded where they are plain UTF-8; ``plain/files.py`` says how."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.stdint cimport int64_t, uint8_t, uint16_t
from libc.stdlib cimport calloc, free

cdef extern from "files.h":
    char* read_file "chude_read_file"(const char* path, size_t max_size, size_t* size) noexcept nogil
    int look_at_file "chude_look_at_file"(const char* path, int64_t* size, int64_t* time) noexcept nogil

cdef extern from "processor.h":
    int most_vector_bytes "chude_most_vector_bytes"

cdef extern from "utf8.h":
    enum:
        INVALID "CHUDE_INVALID"
        WIDE "CHUDE_WIDE"
        TONED "CHUDE_TONED"
        MAY_BE_ODD "CHUDE_MAY_BE_ODD"
        MARKUP "CHUDE_MARKUP"
    void prepare "chude_prepare"() noexcept
    unsigned look "chude_look"(const uint8_t* data, size_t size, size_t* n_characters) noexcept nogil
    bint is_odd "chude_is_odd"(const uint8_t* data, size_t size) noexcept nogil
    bint begins_as_prose "chude_begins_as_prose"(const uint8_t* data, size_t size) noexcept nogil
    void write "chude_write"(const uint8_t* data, size_t size, size_t n_characters, uint16_t* out) noexcept nogil

cdef extern from "Python.h":
    bytes PyUnicode_EncodeFSDefault(object text)
    object PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)
    uint16_t* PyUnicode_2BYTE_DATA(object text)

cdef struct Bytes:
    char* data
    size_t size

cdef struct Status:
    int64_t size
    int64_t time
    bint is_there

cdef struct Coded:
    const uint8_t* data
    size_t size
    size_t n_characters
    bint is_plain
    uint16_t* characters  # of the str that they are written to

cdef struct File:
    char* data
    Coded coded

prepare()


cdef class Names:
    # Names of files as C reads them, held as long as this is; NULL for what can be no name of a file.
    cdef list held
    cdef const char** names
    cdef Py_ssize_t n

    def __cinit__(self, list paths not None):
        cdef Py_ssize_t i
        self.held = [name_of(path) for path in paths]
        self.n = len(self.held)
        self.names = <const char**>calloc(self.n + 1, sizeof(char*))
        if self.names == NULL:
            raise MemoryError
        for i in range(self.n):
            self.names[i] = NULL if self.held[i] is None else PyBytes_AS_STRING(self.held[i])

    def __dealloc__(self):
        free(self.names)


def read_files(list paths not None, Py_ssize_t max_size, Py_ssize_t room):
    cdef Names files = Names(paths)
    cdef Py_ssize_t i, n_files = 0
    cdef Bytes* found = <Bytes*>calloc(files.n + 1, sizeof(Bytes))
    cdef list contents = []
    try:
        if found == NULL:
            raise MemoryError
        with nogil:
            while n_files < files.n and (room > 0 or n_files == 0):
                if files.names[n_files] != NULL:
                    found[n_files].data = read_file(files.names[n_files], max_size, &found[n_files].size)
                    if found[n_files].data != NULL:
                        room -= found[n_files].size
                n_files += 1
        for i in range(n_files):
            if found[i].data == NULL:
                contents.append(None)
            else:
                contents.append(PyBytes_FromStringAndSize(found[i].data, found[i].size))
    finally:
        for i in range(n_files if found != NULL else 0):
            free(found[i].data)
        free(found)
    return contents


def read_texts(list paths not None, Py_ssize_t max_size, Py_ssize_t room, bint mend):
    cdef Names files = Names(paths)
    cdef Py_ssize_t i, n_files = 0, n_bytes = 0
    cdef File* found = <File*>calloc(files.n + 1, sizeof(File))
    cdef list texts = [], contents = [], sizes = []
    try:
        if found == NULL:
            raise MemoryError
        with nogil:
            while n_files < files.n and (n_bytes < room or n_files == 0):
                if files.names[n_files] != NULL:
                    read_and_look(files.names[n_files], &found[n_files], max_size, mend)
                    n_bytes += found[n_files].coded.size
                n_files += 1
        for i in range(n_files):
            sizes.append(found[i].coded.size)
            texts.append(new_text(&found[i].coded) if found[i].coded.is_plain else None)
            if found[i].data == NULL or found[i].coded.is_plain:
                contents.append(None)
            else:
                contents.append(PyBytes_FromStringAndSize(found[i].data, found[i].coded.size))
        with nogil:
            for i in range(n_files):
                if found[i].coded.is_plain:
                    write_text(&found[i].coded)
    finally:
        for i in range(n_files if found != NULL else 0):
            free(found[i].data)
        free(found)
    return texts, contents, sizes


cdef void read_and_look(const char* name, File* file, size_t max_size, bint mend) noexcept nogil:
    # Looked at as soon as it is read: its bytes are in the cache.
    cdef Coded* coded = &file.coded
    file.data = read_file(name, max_size, &coded.size)
    if file.data == NULL:
        coded.size = 0
        return
    coded.data = <const uint8_t*>file.data
    if begins_as_prose(coded.data, coded.size):
        look_at(coded, mend)


def sizes_and_times(list paths not None):
    cdef Names files = Names(paths)
    cdef Py_ssize_t i
    cdef Status* found = <Status*>calloc(files.n + 1, sizeof(Status))
    cdef list sizes = [], times = []
    try:
        if found == NULL:
            raise MemoryError
        with nogil:
            for i in range(files.n):
                found[i].is_there = (
                    files.names[i] != NULL and look_at_file(files.names[i], &found[i].size, &found[i].time) == 0
                )
        for i in range(files.n):
            sizes.append(found[i].size if found[i].is_there else 0)
            times.append(found[i].time if found[i].is_there else None)
    finally:
        free(found)
    return sizes, times


cdef bytes name_of(str path):
    # None for what can be no name of a file; C would take it for a shorter one.
    try:
        name = PyUnicode_EncodeFSDefault(path)
    except UnicodeEncodeError:
        return None
    return None if b"\0" in name else name


def decode_utf8(list contents not None, bint mend):
    cdef Py_ssize_t i, n_texts = len(contents)
    cdef list texts = []
    cdef list held = list(contents)  # its own list: nobody else can let go of bytes that are being read
    cdef Coded* coded = <Coded*>calloc(n_texts + 1, sizeof(Coded))
    try:
        if coded == NULL:
            raise MemoryError
        for i in range(n_texts):
            if not isinstance(held[i], bytes):
                raise TypeError(f"expected bytes, got {type(held[i]).__name__}")
            coded[i].data = <const uint8_t*>PyBytes_AS_STRING(held[i])
            coded[i].size = PyBytes_GET_SIZE(held[i])
        with nogil:
            for i in range(n_texts):
                look_at(&coded[i], mend)
        for i in range(n_texts):
            texts.append(new_text(&coded[i]) if coded[i].is_plain else None)
        with nogil:
            for i in range(n_texts):
                if coded[i].is_plain:
                    write_text(&coded[i])
    finally:
        free(coded)
    return texts


cdef void look_at(Coded* coded, bint mend) noexcept nogil:
    cdef const uint8_t* data = coded.data
    cdef unsigned flags
    if coded.size >= 3 and data[0] == 0xEF and data[1] == 0xBB and data[2] == 0xBF:
        return
    flags = look(data, coded.size, &coded.n_characters)
    coded.is_plain = flags & (INVALID | WIDE | MARKUP) == WIDE
    if coded.is_plain and mend:
        coded.is_plain = flags & TONED != 0 and not (flags & MAY_BE_ODD != 0 and is_odd(data, coded.size))


cdef object new_text(Coded* coded):
    # Its characters are written later, without the GIL.
    text = PyUnicode_New(coded.n_characters, 0xFFFF)
    coded.characters = PyUnicode_2BYTE_DATA(text)
    return text


cdef void write_text(Coded* coded) noexcept nogil:
    write(coded.data, coded.size, coded.n_characters, coded.characters)


def limit_vectors(int n_bytes):
    """Use what comes with vectors of at most so many bytes, 64, 32 or 0: the texts are the same. For tests."""
    global most_vector_bytes
    most_vector_bytes = n_bytes
