"""Texts to token hashes; ``plain/tokenizing.py`` says what they are."""

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

from chude.kernels.compiled.texts cimport Text, Texts, text_of

import numpy as np


cdef class Letters:
    def __init__(self, entries, compositions, bint i_for_y=False):
        cdef const int64_t[::1] table = entries
        cdef const int64_t[:, ::1] composed = compositions
        if table.shape[0] != TABLE_SIZE or composed.shape[0] != N_COMPOSED or composed.shape[1] != N_MARKS:
            raise ValueError("the tables of letters have other shapes")
        self.entries, self.compositions, self.i_for_y = entries, compositions, i_for_y
        self.fill_either()
        self.fill_parts()
        self.table, self.composed = <const uint64_t*>&table[0], &composed[0, 0]

    cdef int fill_either(self) except -1:
        cdef uint64_t word
        memset(self.either, 0, sizeof(self.either))
        for onset in (b"h", b"k", b"l", b"m", b"s", b"t", b"qu") if self.i_for_y else ():
            word = 0
            for code in onset + b"y":
                word = word * FACTOR + <uint64_t>code
            if self.either[word >> EITHER_SHIFT]:
                raise AssertionError("two syllables have one place: another shift is needed")
            self.either[word >> EITHER_SHIFT] = word
        return 0

    cdef int fill_parts(self) except -1:
        letters, marks = np.empty((TABLE_SIZE, 2), dtype=np.uint32), np.empty((TABLE_SIZE, 2), dtype=np.uint32)
        cdef uint32_t[:, ::1] letters_view = letters, marks_view = marks
        cdef const int64_t[::1] entries = self.entries
        cdef uint64_t inverse = 1
        cdef bint is_letter
        cdef int k
        for k in range(TABLE_SIZE):
            is_letter = entries[k] < 0
            letters_view[k, 0] = <uint32_t>(entries[k] & CODE) if is_letter else 0
            letters_view[k, 1] = not is_letter
            marks_view[k, 0] = <uint32_t>(<uint64_t>entries[k] >> HALF)
            marks_view[k, 1] = 0xFFFFFFFF if is_letter else 0
        self.parts = letters, marks
        self.letters, self.marks = <const Letter*>&letters_view[0, 0], <const Marks*>&marks_view[0, 0]
        for k in range(6):  # Newton's method: each step doubles the bits that are right
            inverse *= 2 - FACTOR * inverse
        self.powers[0], self.inverses[0] = inverse, 1
        for k in range(SEGMENT):
            self.powers[k + 1], self.inverses[k + 1] = self.powers[k] * FACTOR, self.inverses[k] * inverse
        return 0

    def __reduce__(self):
        return Letters, (self.entries, self.compositions, self.i_for_y)


def tokenize(list texts not None, Letters letters not None):
    cdef Texts held = Texts(texts, 0, len(texts))
    cdef Py_ssize_t i, n
    cdef uint64_t* scratch = <uint64_t*>malloc((held.longest + 4) * sizeof(uint64_t))
    if scratch == NULL:
        raise MemoryError
    try:
        room = np.empty((held.n_characters + held.n) // 2 + 1, dtype=np.uint64)
        bounds = np.zeros(held.n + 1, dtype=np.int64)
        accented = np.zeros(held.n + 1, dtype=np.int64)
        run_all(held, letters, scratch, room, bounds, accented)
    finally:
        free(scratch)
    return room[: bounds[held.n]], bounds, accented[: held.n]


cdef int run_all(
    Texts held, Letters letters, uint64_t* scratch, uint64_t[::1] hashes, int64_t[::1] bounds, int64_t[::1] accented
) except -1:
    cdef Py_ssize_t i, n
    with nogil:
        for i in range(held.n):
            n = tokenize_text(&held.texts[i], letters, scratch, NULL, NULL, &accented[i])
            memcpy(&hashes[bounds[i]], scratch, n * sizeof(uint64_t))
            bounds[i + 1] = bounds[i] + n
    return 0


def token_places(text not None, Letters letters not None):
    cdef Text held = text_of(text)
    hashes = np.empty(held.length + 4, dtype=np.uint64)
    starts = np.empty(held.length // 2 + 2, dtype=np.int64)
    stops = np.empty(held.length // 2 + 2, dtype=np.int64)
    cdef uint64_t[::1] hashes_view = hashes
    cdef int64_t[::1] starts_view = starts, stops_view = stops
    cdef int64_t accented
    cdef Py_ssize_t n
    with nogil:
        n = tokenize_text(&held, letters, &hashes_view[0], &starts_view[0], &stops_view[0], &accented)
    return hashes[:n], starts[:n], stops[:n]
