"""Counting the n-grams of runs of tokens; ``plain/counting.py`` says what each function does."""

from libc.math cimport sqrt
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport calloc, free, malloc, realloc
from libc.string cimport memcpy

from chude.kernels.compiled.lookup cimport Lookup, known_rows, known_rows_lead_first, longer_key, prefetch

import numpy as np

from chude.kernels.plain.counting import NgramCounts

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
        #define chude_lowest_bit(word) __builtin_ctzll(word)
    #else
        static int chude_lowest_bit(unsigned long long word) {
            int bit = 0;
            while (!(word & 1)) { word >>= 1; bit++; }
            return bit;
        }
    #endif
    """
    int lowest_bit "chude_lowest_bit"(uint64_t word) noexcept nogil

cdef enum:
    MAX_N = 255
    BLOCK = 64  # n-grams whose memory is asked for together


cdef struct Ngram:
    uint64_t key
    int64_t first
    uint32_t document_frequency
    uint32_t term_frequency
    uint32_t last_run
    uint32_t size


cdef class Tally:
    # The n-grams met so far, and a hash table of their numbers, at least half of it empty.
    cdef Ngram* ngrams
    cdef uint32_t* slots  # number of an n-gram + 1; 0 for an empty slot
    cdef Py_ssize_t n, n_slots

    def __cinit__(self):
        self.n_slots = 1 << 12
        self.ngrams = <Ngram*>malloc(self.n_slots // 2 * sizeof(Ngram))
        self.slots = <uint32_t*>calloc(self.n_slots, sizeof(uint32_t))
        if self.ngrams == NULL or self.slots == NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self.ngrams)
        free(self.slots)

    cdef inline uint64_t slot_of(self, uint64_t key) noexcept nogil:
        # The slot of a key, or the empty one where it belongs.
        cdef uint64_t slot = first_slot(key, self.n_slots)
        while self.slots[slot] and self.ngrams[self.slots[slot] - 1].key != key:
            slot = (slot + 1) & <uint64_t>(self.n_slots - 1)
        return slot

    cdef bint make_room(self) noexcept nogil:
        # Make room for `BLOCK` n-grams more; tell whether there is memory for it.
        cdef Py_ssize_t i
        cdef Ngram* ngrams
        cdef uint32_t* slots
        if self.n + BLOCK <= self.n_slots // 2:
            return True
        if self.n_slots >= <Py_ssize_t>1 << 32:
            return False
        ngrams = <Ngram*>realloc(self.ngrams, self.n_slots * sizeof(Ngram))
        if ngrams == NULL:
            return False
        self.ngrams = ngrams
        slots = <uint32_t*>calloc(2 * self.n_slots, sizeof(uint32_t))
        if slots == NULL:
            return False
        free(self.slots)
        self.slots = slots
        self.n_slots *= 2
        for i in range(self.n):
            self.slots[self.slot_of(ngrams[i].key)] = <uint32_t>(i + 1)
        return True

    cdef void count(self, uint64_t key, Py_ssize_t place, uint32_t size, uint32_t run, uint32_t times) noexcept nogil:
        cdef uint64_t slot = self.slot_of(key)
        cdef Ngram* ngram
        if self.slots[slot] == 0:
            self.ngrams[self.n] = Ngram(key, place, 0, 0, 0, size)
            self.n += 1
            self.slots[slot] = <uint32_t>self.n
        ngram = &self.ngrams[self.slots[slot] - 1]
        ngram.term_frequency += times
        ngram.document_frequency += ngram.last_run != run
        ngram.last_run = run

    cdef bint count_all(
        self, const uint64_t* keys, Py_ssize_t n_keys, Py_ssize_t start, uint32_t size, uint32_t run, Py_ssize_t n_lead
    ) noexcept nogil:
        # Count n-grams that start at `start`, `start + 1` and so on, the first `n_lead` of them twice.
        cdef Py_ssize_t i, block = 0, stop
        cdef uint32_t number
        while block < n_keys:
            stop = min(block + BLOCK, n_keys)
            if not self.make_room():
                return False
            for i in range(block, stop):
                prefetch(&self.slots[first_slot(keys[i], self.n_slots)])
            for i in range(block, stop):
                number = self.slots[first_slot(keys[i], self.n_slots)]
                if number:
                    prefetch(&self.ngrams[number - 1])
            for i in range(block, stop):
                self.count(keys[i], start + i, size, run, 2 if i < n_lead else 1)
            block = stop
        return True


cdef inline uint64_t first_slot(uint64_t key, Py_ssize_t n_slots) noexcept nogil:
    return ((key >> 32) * <uint64_t>n_slots) >> 32


cdef Py_ssize_t longest_run(
    const uint64_t[::1] hashes, const int64_t[::1] starts, const int64_t[::1] stops, int min_n, int max_n
) except -1:
    # Refuse what is not within the hashes; return the number of tokens of the longest run.
    cdef Py_ssize_t i, longest = 0
    cdef bint is_within = starts.shape[0] == stops.shape[0]
    if not 1 <= min_n <= max_n <= MAX_N:
        raise ValueError(f"n-grams have 1 <= min_n <= max_n <= {MAX_N} tokens, not {min_n} to {max_n}")
    if is_within:
        with nogil:
            for i in range(starts.shape[0]):
                is_within &= 0 <= starts[i] <= stops[i] <= hashes.shape[0]
                longest = max(longest, stops[i] - starts[i])
    if not is_within:
        raise ValueError("a run is not within the hashes")
    return longest


cdef inline const uint64_t* tokens_at(const uint64_t[::1] hashes, Py_ssize_t start) noexcept nogil:
    return &hashes[0] + start if hashes.shape[0] > 0 else NULL  # an empty run can start where the hashes end


def count_ngrams(
    const uint64_t[::1] hashes not None, const int64_t[::1] starts not None, const int64_t[::1] stops not None,
    int min_n, int max_n, Py_ssize_t lead_tokens=0,
):
    cdef Py_ssize_t run, i, n_tokens, n_keys
    cdef int n
    cdef bint has_memory = True
    cdef Tally tally = Tally()
    cdef const uint64_t* tokens
    cdef uint64_t[::1] keys = np.empty(longest_run(hashes, starts, stops, min_n, max_n) + 1, dtype=np.uint64)
    if starts.shape[0] >= (1 << 31) or hashes.shape[0] >= (1 << 30):
        raise ValueError("there are too many tokens to count at a time; the most is 2**30")
    with nogil:
        for run in range(starts.shape[0]):
            n_tokens = stops[run] - starts[run]
            if n_tokens == 0:
                continue
            tokens = &hashes[starts[run]]
            memcpy(&keys[0], tokens, n_tokens * sizeof(uint64_t))
            for n in range(1, min(max_n, n_tokens) + 1):
                n_keys = n_tokens - n + 1
                if n > 1:
                    for i in range(n_keys):
                        keys[i] = longer_key(keys[i], tokens[i + n - 1])
                if n >= min_n and has_memory:
                    has_memory = tally.count_all(
                        &keys[0], n_keys, starts[run], n, <uint32_t>(run + 1), lead_tokens - n + 1
                    )
    if not has_memory:
        raise MemoryError
    return columns_of(tally)


cdef columns_of(Tally tally):
    cdef Py_ssize_t i
    cdef Ngram* ngrams = tally.ngrams
    columns = NgramCounts(np.empty(tally.n, dtype=np.uint64), *(np.empty(tally.n, dtype=np.int64) for _ in range(4)))
    cdef uint64_t[::1] keys = columns.keys
    cdef int64_t[::1] documents = columns.document_frequency, terms = columns.term_frequency
    cdef int64_t[::1] first = columns.first, size = columns.size
    with nogil:
        for i in range(tally.n):
            keys[i], documents[i], terms[i] = ngrams[i].key, ngrams[i].document_frequency, ngrams[i].term_frequency
            first[i], size[i] = ngrams[i].first, ngrams[i].size
    return columns


cdef class RowCounter:
    # Counts the rows of one run; the rows met are bits of `words`, the words with a bit set are bits of `summary`, so
    # that they come out in ascending order without being sorted.
    cdef uint32_t[::1] counts
    cdef uint64_t[::1] words, summary

    def __init__(self, Py_ssize_t n_rows):
        self.counts = np.zeros(n_rows + 1, dtype=np.uint32)
        self.words = np.zeros((n_rows >> 6) + 1, dtype=np.uint64)
        self.summary = np.zeros((n_rows >> 12) + 1, dtype=np.uint64)

    cdef inline void add(self, int64_t row, uint32_t times) noexcept nogil:
        self.counts[row] += times
        self.words[row >> 6] |= <uint64_t>1 << (row & 63)
        self.summary[row >> 12] |= <uint64_t>1 << ((row >> 6) & 63)

    cdef inline Py_ssize_t take(self, int32_t* rows, int32_t* counts) noexcept nogil:
        # Write the rows and their counts, and begin anew; return how many there were.
        cdef Py_ssize_t i, word, row, n = 0
        for i in range(self.summary.shape[0]):
            while self.summary[i]:
                word = (i << 6) + lowest_bit(self.summary[i])
                self.summary[i] &= self.summary[i] - 1
                while self.words[word]:
                    row = (word << 6) + lowest_bit(self.words[word])
                    self.words[word] &= self.words[word] - 1
                    rows[n], counts[n] = <int32_t>row, <int32_t>self.counts[row]
                    self.counts[row] = 0
                    n += 1
        return n


def count_rows(
    const uint64_t[::1] hashes not None, const int64_t[::1] starts not None, const int64_t[::1] stops not None,
    int min_n, int max_n, Py_ssize_t lead_tokens, Lookup lookup not None,
):
    cdef Py_ssize_t i, room = 0, lead = max(lead_tokens, 0)
    cdef Py_ssize_t longest = longest_run(hashes, starts, stops, min_n, max_n)
    for i in range(starts.shape[0]):
        room += (stops[i] - starts[i]) * (max_n - min_n + 1)
    indptr = np.zeros(starts.shape[0] + 1, dtype=np.int64)
    # What is not written to takes no memory, and is given back.
    indices, counts = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int32)
    keys = np.empty(longest + 1, dtype=np.uint64)
    rows = np.empty((max_n - min_n + 1) * (longest + 1) + 1, dtype=np.int64)
    fill_rows(hashes, starts, stops, min_n, max_n, lead, lookup, keys, rows, indptr, indices, counts)
    for array in (indices, counts):
        array.resize(indptr.max(), refcheck=False)
    return indptr, indices, counts


cdef int fill_rows(
    const uint64_t[::1] hashes, const int64_t[::1] starts, const int64_t[::1] stops, int min_n, int max_n,
    Py_ssize_t lead_tokens, Lookup lookup, uint64_t[::1] keys, int64_t[::1] rows, int64_t[::1] indptr,
    int32_t[::1] indices, int32_t[::1] counts,
) except -1:
    cdef Py_ssize_t run, j, n_known, n_lead, ignored
    cdef RowCounter counter = RowCounter(lookup.n_rows)
    with nogil:
        for run in range(starts.shape[0]):
            n_known = known_rows_lead_first(
                &lookup.table, tokens_at(hashes, starts[run]), stops[run] - starts[run], lead_tokens, min_n, max_n,
                &keys[0], &rows[0], &n_lead, &ignored,
            )
            for j in range(n_known):
                counter.add(rows[j], 2 if j < n_lead else 1)
            indptr[run + 1] = indptr[run]
            if n_known > 0:
                indptr[run + 1] += counter.take(&indices[indptr[run]], &counts[indptr[run]])
    return 0


def topic_frequency(
    const uint64_t[::1] hashes not None, const int64_t[::1] starts not None, const int64_t[::1] stops not None,
    int min_n, int max_n, Lookup lookup not None, const int64_t[::1] topics not None,
    const double[::1] weights not None, Py_ssize_t n_topics,
):
    cdef Py_ssize_t run, j, ignored
    cdef int64_t row
    cdef Py_ssize_t longest = longest_run(hashes, starts, stops, min_n, max_n)
    cdef bint is_within = topics.shape[0] == starts.shape[0] and weights.shape[0] == starts.shape[0]
    if is_within:
        for run in range(topics.shape[0]):
            is_within &= 0 <= topics[run] < n_topics
    if not is_within:
        raise ValueError(f"each run has one weight and one topic, from 0 to {n_topics - 1}")
    all_documents = np.zeros(lookup.n_rows, dtype=np.int64)
    all_frequency = np.zeros((lookup.n_rows, n_topics))
    cdef int64_t[::1] documents = all_documents
    cdef double[:, ::1] frequency = all_frequency
    cdef int64_t[::1] last = np.full(lookup.n_rows, -1, dtype=np.int64)
    cdef uint64_t[::1] keys = np.empty(longest + 1, dtype=np.uint64)
    cdef int64_t[::1] rows = np.empty((max_n - min_n + 1) * (longest + 1) + 1, dtype=np.int64)
    with nogil:
        for run in range(starts.shape[0]):
            for j in range(
                known_rows(
                    &lookup.table, tokens_at(hashes, starts[run]), stops[run] - starts[run], min_n, max_n, &keys[0],
                    &rows[0], &ignored,
                )
            ):
                row = rows[j]
                if last[row] != run:
                    last[row] = run
                    documents[row] += 1
                    frequency[row, topics[run]] += weights[run]
    return all_documents, all_frequency


def tfidf_values(
    const int64_t[::1] indptr not None, const int32_t[::1] indices not None, const int32_t[::1] counts not None,
    const double[::1] tf not None, const double[::1] idf not None,
):
    cdef Py_ssize_t run, j, n_runs = indptr.shape[0] - 1
    cdef double squares, length, value
    cdef bint fits = n_runs >= 0 and indices.shape[0] == counts.shape[0]
    if fits:
        fits = indptr[0] == 0 and indptr[n_runs] == indices.shape[0]
        with nogil:
            for run in range(n_runs):
                fits &= indptr[run] <= indptr[run + 1]
            for j in range(indices.shape[0]):
                fits &= 0 <= indices[j] < idf.shape[0] and 0 <= counts[j] < tf.shape[0]
    if not fits:
        raise ValueError("the counts are not a matrix that fits tf and idf")
    found = np.empty(indices.shape[0], dtype=np.float32)
    cdef float[::1] values = found
    with nogil:
        for run in range(n_runs):
            squares = 0
            for j in range(indptr[run], indptr[run + 1]):
                value = tf[counts[j]] * idf[indices[j]]
                squares += value * value
            length = sqrt(squares) if squares > 0 else 1
            for j in range(indptr[run], indptr[run + 1]):
                values[j] = <float>(tf[counts[j]] * idf[indices[j]] / length)
    return found
