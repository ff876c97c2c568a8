"""Where the characters of several str lie, gathered under the GIL so that a loop can read them without it.

Of the functions, ``plain/texts.py`` says what they are.
"""

from cpython.unicode cimport PyUnicode_CheckExact
from libc.stdlib cimport free, malloc


cdef class Texts:
    def __cinit__(self, list texts not None, Py_ssize_t start, Py_ssize_t stop):
        cdef Py_ssize_t i
        self.n = stop - start
        self.held = texts[start:stop]  # its own list: nobody else can let go of a text that is being read
        self.texts = <Text*>malloc(max(self.n, 1) * sizeof(Text))
        if self.texts == NULL:
            raise MemoryError
        for i in range(self.n):
            self.texts[i] = text_of(self.held[i])
            self.longest = max(self.longest, self.texts[i].length)
            self.n_characters += self.texts[i].length

    def __dealloc__(self):
        free(self.texts)


def are_texts(list values not None):
    for value in values:
        if not PyUnicode_CheckExact(value):
            return False
    return True


def chunks(list texts not None, Py_ssize_t most_texts, Py_ssize_t most_characters):
    cdef Py_ssize_t i, start = 0, n_characters = 0, n_texts = len(texts)
    cdef list found = []
    for i in range(n_texts):
        n_characters += text_of(texts[i]).length
        if n_characters >= most_characters or i + 1 - start == most_texts or i + 1 == n_texts:
            found.append((start, i + 1))
            start, n_characters = i + 1, 0
    return found
