"""Where the characters of several str lie, gathered under the GIL so that a loop can read them without it."""

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
