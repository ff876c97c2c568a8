"""Many small files to bytes, and to str where they are plain UTF-8; ``plain/files.py`` says how."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy

import os

cdef extern from "files.h":
    char* read_file "chude_read_file"(const char* path, size_t max_size, size_t* size) noexcept nogil

cdef extern from "Python.h":
    object PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar)
    uint16_t* PyUnicode_2BYTE_DATA(object text)

cdef struct Bytes:
    char* data
    size_t size

cdef struct Coded:
    const uint8_t* data
    Py_ssize_t size
    Py_ssize_t start  # of its characters among all
    Py_ssize_t n_characters  # -1 where it is not plain


def read_files(list paths not None, Py_ssize_t max_size, Py_ssize_t room):
    cdef list names = [name_of(path) for path in paths]
    cdef Py_ssize_t i, n_files = 0, n_paths = len(names)
    cdef const char** files = <const char**>calloc(n_paths + 1, sizeof(char*))
    cdef Bytes* found = <Bytes*>calloc(n_paths + 1, sizeof(Bytes))
    cdef list contents = []
    try:
        if files == NULL or found == NULL:
            raise MemoryError
        for i in range(n_paths):
            files[i] = NULL if names[i] is None else PyBytes_AS_STRING(names[i])
        with nogil:
            while n_files < n_paths and (room > 0 or n_files == 0):
                if files[n_files] != NULL:
                    found[n_files].data = read_file(files[n_files], max_size, &found[n_files].size)
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
        free(files)
    return contents


cdef bytes name_of(str path):
    # None for what can be no name of a file; C would take it for a shorter one.
    try:
        name = os.fsencode(path)
    except UnicodeEncodeError:
        return None
    return None if b"\0" in name else name


def decode_utf8(list contents not None, bint allow_signs):
    cdef Py_ssize_t i, n_texts = len(contents), room = 0
    cdef list texts = []
    cdef list held = list(contents)
    cdef Coded* coded = <Coded*>calloc(n_texts + 1, sizeof(Coded))
    cdef uint16_t* characters = NULL
    try:
        if coded == NULL:
            raise MemoryError
        for i in range(n_texts):
            if not isinstance(held[i], bytes):
                raise TypeError(f"expected bytes, got {type(held[i]).__name__}")
            coded[i].data = <const uint8_t*>PyBytes_AS_STRING(held[i])
            coded[i].size = PyBytes_GET_SIZE(held[i])
            coded[i].start = room
            room += coded[i].size  # a text has no more characters than bytes
        characters = <uint16_t*>malloc((room + 1) * sizeof(uint16_t))
        if characters == NULL:
            raise MemoryError
        with nogil:
            for i in range(n_texts):
                coded[i].n_characters = decode_one(
                    coded[i].data, coded[i].size, allow_signs, characters + coded[i].start
                )
        for i in range(n_texts):
            if coded[i].n_characters < 0:
                texts.append(None)
                continue
            text = PyUnicode_New(coded[i].n_characters, 0xFFFF)
            memcpy(PyUnicode_2BYTE_DATA(text), characters + coded[i].start, coded[i].n_characters * sizeof(uint16_t))
            texts.append(text)
    finally:
        free(characters)
        free(coded)
    return texts


cdef Py_ssize_t decode_one(
    const uint8_t* data, Py_ssize_t size, bint allow_signs, uint16_t* characters
) noexcept nogil:
    # Write the characters; return their number, -1 where the bytes are not plain; sequences are valid as table 3-7 of
    # the Unicode standard says. There is no branch but on the length of a sequence. Bytes behind the end are not read:
    # the last byte of a bytes object is followed by a NUL, and more is asked for only after a byte that is no NUL.
    cdef Py_ssize_t i = 0, n = 0
    cdef uint32_t a, b, c, is_bad = 0, has_wide = 0, has_c2 = 0, has_sign = 0
    if size == 0 or data[0] == b"<" or (size >= 3 and data[0] == 0xEF and data[1] == 0xBB and data[2] == 0xBF):
        return -1
    while i < size:
        a = data[i]
        if a < 0x80:
            is_bad |= a == 0
            i += 1
        elif a < 0xE0:
            b = data[i + 1] ^ 0x80
            is_bad |= (b >= 0x40) | (a < 0xC2)
            a = (a & 0x1F) << 6 | (b & 0x3F)
            has_c2 |= a < 0xC0
            has_sign |= (a - 0xBA < 2) | (a - 0xC3 < 4)
            has_wide |= a > 0xFF
            i += 2
        else:
            b = data[i + 1] ^ 0x80
            if b >= 0x40:
                return -1
            c = data[i + 2] ^ 0x80
            is_bad |= (c >= 0x40) | (a >= 0xF0)
            a = (a & 0x0F) << 12 | b << 6 | (c & 0x3F)
            is_bad |= (a < 0x800) | (a >> 11 == 0x1B)
            has_wide = 1
            i += 3
        characters[n] = <uint16_t>a
        n += 1
    if is_bad or i != size or not has_wide or (has_c2 and has_sign and not allow_signs):
        return -1
    return n
