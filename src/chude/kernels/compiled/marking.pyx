"""The beginning of texts with words for their marks; ``plain/marking.py`` says what they are."""

from libc.stdint cimport uint8_t, uint16_t, uint32_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy

from chude.kernels.compiled.texts cimport Text, Texts, character


cdef extern from "Python.h":
    object PyUnicode_FromKindAndData(int kind, const void* buffer, Py_ssize_t size)


cdef enum:
    MOST_WORDS = 200
    MOST_CHARACTERS = 2000
    BEFORE = 10

cdef enum:
    WORD = 1
    ALPHA = 2
    DIGIT = 4
    SPACE = 8
    COMBINING = 16
    UPPER = 32
    SMALL = 64
    CAPITAL = 128

cdef enum:
    BEGIN = 0
    END = 1
    CAPITAL_FIRST = 2
    ALL_CAPITALS = 3
    DOTS = 4
    DIGITS = 5
    GAPS = 13

cdef enum:
    N_CHARACTERS = 0x110000
    NONE = -1  # no mark
    FULL_STOP = 46
    BLANK = 32
    MOST_MARKS = 256
    MOST_LETTERS = 24  # of the word for a mark, and the blank after it

cdef struct Part:
    Py_ssize_t start
    Py_ssize_t stop
    int mark  # place of its word, or NONE
    bint is_word


cdef class Marks:
    cdef object describe
    cdef uint16_t* entries  # 0 for a character that no text had yet
    cdef uint8_t[MOST_MARKS][MOST_LETTERS] spelling  # each word with a blank after it
    cdef int[MOST_MARKS] lengths
    cdef int[MOST_WORDS + 1] gap_words  # place of the word for each number of parts

    def __cinit__(self, describe, words, gaps):
        cdef int place, length
        if len(words) < GAPS + len(gaps):
            raise ValueError("there are fewer words than marks")
        for place, word in enumerate(words):
            if place >= MOST_MARKS or len(word) >= MOST_LETTERS:
                raise ValueError(f"the word {word!r} is too long, or one too many")
            written = word.encode("ascii") + b" "
            self.lengths[place] = len(written)
            for length in range(self.lengths[place]):
                self.spelling[place][length] = written[length]
        for length in range(MOST_WORDS + 1):
            self.gap_words[length] = GAPS + sum([least <= length for least in gaps]) - 1
        self.describe = describe
        self.entries = <uint16_t*>calloc(N_CHARACTERS, sizeof(uint16_t))
        if self.entries == NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self.entries)

    cdef int learn(self, Py_UCS4 point) except -1:
        self.entries[point] = self.describe(chr(point))
        return 0


def marked(list texts not None, Marks marks not None):
    cdef Texts held = Texts(texts, 0, len(texts))
    # A part of one character becomes a mark in both halves, with a gap before it in the second.
    cdef Py_ssize_t room = (min(held.longest, MOST_CHARACTERS) + 4) * 2 * MOST_LETTERS * sizeof(uint32_t)
    cdef void* found = malloc(room)
    cdef void* shape = malloc(room)
    cdef list written = []
    cdef Py_ssize_t i, length
    try:
        if found == NULL or shape == NULL:
            raise MemoryError
        # With the GIL: a text takes less than giving it away and getting it back from another thread.
        for i in range(held.n):
            length = write_text(&held.texts[i], marks, found, shape)
            written.append(PyUnicode_FromKindAndData(held.texts[i].width, found, length))
    finally:
        free(found)
        free(shape)
    return written


cdef Py_ssize_t write_text(const Text* text, Marks marks, void* found, void* shape) except -1:
    if text.width == 1:
        return write(<const uint8_t*>text.characters, text.length, marks, <uint8_t*>found, <uint8_t*>shape)
    if text.width == 2:
        return write(<const uint16_t*>text.characters, text.length, marks, <uint16_t*>found, <uint16_t*>shape)
    return write(<const uint32_t*>text.characters, text.length, marks, <uint32_t*>found, <uint32_t*>shape)


cdef Py_ssize_t write(
    const character* text, Py_ssize_t length, Marks marks, character* found, character* shape
) except -1:
    # Returns the number of characters that are written to `found`. `shape` holds the marks alone meanwhile.
    cdef Py_ssize_t n_found = 0, n_shape = 0, i = first_place(text, length, marks)
    cdef int n_words = 0, gap = 0
    cdef Part part
    cdef bint only_capitals
    length = min(length, i + MOST_CHARACTERS)
    if i == length:
        return 0
    learn_all(text, i, length, marks)
    only_capitals = in_capitals(text, i, length, marks)
    n_found = add(marks, BEGIN, found, n_found)
    n_shape = add(marks, BEGIN, shape, n_shape)
    while n_words < MOST_WORDS:
        i = after_space(text, i, length, marks)
        if i == length:
            break
        part = part_at(text, i, length, marks)
        i = part.stop
        if part.mark == NONE or (part.is_word and only_capitals):
            gap += 1
        else:
            if gap:
                n_shape = add(marks, marks.gap_words[gap], shape, n_shape)
                gap = 0
            n_found = add(marks, part.mark, found, n_found)
            n_shape = add(marks, part.mark, shape, n_shape)
        if part.is_word:
            memcpy(&found[n_found], &text[part.start], (part.stop - part.start) * sizeof(character))
            n_found += part.stop - part.start
            found[n_found] = BLANK
            n_found += 1
            n_words += 1
    if gap:
        n_shape = add(marks, marks.gap_words[gap], shape, n_shape)
    n_shape = add(marks, END, shape, n_shape)
    n_found = add(marks, END, found, n_found)
    memcpy(&found[n_found], shape, n_shape * sizeof(character))
    return n_found + n_shape - 1  # without the last blank


cdef inline Py_ssize_t add(Marks marks, int word, character* out, Py_ssize_t n) noexcept nogil:
    cdef int k
    for k in range(marks.lengths[word]):
        out[n + k] = marks.spelling[word][k]
    return n + marks.lengths[word]


cdef Py_ssize_t first_place(const character* text, Py_ssize_t length, Marks marks) except -1:
    # Where a text is read from; its length where it has no letter or digit.
    cdef Py_ssize_t i
    for i in range(length):
        learn_all(text, i, i + 1, marks)
        if marks.entries[text[i]] & (WORD | DIGIT):
            return max(i - BEFORE, 0)
    return length


cdef inline int learn_all(const character* text, Py_ssize_t start, Py_ssize_t stop, Marks marks) except -1:
    cdef Py_ssize_t i
    for i in range(start, stop):
        if marks.entries[text[i]] == 0:
            marks.learn(text[i])
    return 0


cdef Py_ssize_t after_space(const character* text, Py_ssize_t i, Py_ssize_t length, Marks marks) noexcept nogil:
    while i < length and marks.entries[text[i]] & (SPACE | COMBINING):
        i += 1
    return i


cdef bint in_capitals(const character* text, Py_ssize_t start, Py_ssize_t stop, Marks marks) noexcept nogil:
    cdef Py_ssize_t i
    cdef int seen = 0
    for i in range(start, stop):
        seen |= marks.entries[text[i]]
        if seen & SMALL:
            return False
    return seen & UPPER != 0


cdef Part part_at(const character* text, Py_ssize_t start, Py_ssize_t length, Marks marks) noexcept nogil:
    cdef int first = marks.entries[text[start]]
    cdef Part part
    part.start, part.mark, part.is_word = start, first >> 8, False
    if first & WORD:
        part.stop = run_of(text, start + 1, length, WORD | COMBINING, marks)
        part.is_word = first & ALPHA or part.stop == start + 1
        if not part.is_word:  # begins with a numeral that is no digit
            part.mark = DOTS
        elif first & CAPITAL and first & ALPHA:
            part.mark = ALL_CAPITALS if in_capitals(text, start + 1, part.stop, marks) else CAPITAL_FIRST
        else:
            part.mark = NONE
    elif first & DIGIT:
        part.stop = run_of(text, start + 1, length, DIGIT, marks)
        part.mark = DIGITS + <int>min(part.stop - start, 8) - 1
    else:
        part.stop = start + 1
        while text[start] == FULL_STOP and part.stop < length and text[part.stop] == FULL_STOP:
            part.stop += 1
        if part.stop > start + 1:
            part.mark = DOTS
    return part


cdef inline Py_ssize_t run_of(
    const character* text, Py_ssize_t i, Py_ssize_t length, int kinds, Marks marks
) noexcept nogil:
    while i < length and marks.entries[text[i]] & kinds:
        i += 1
    return i
