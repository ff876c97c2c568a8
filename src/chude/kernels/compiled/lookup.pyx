"""Token hashes to the rows of a vocabulary; ``plain/lookup.py`` says what they are."""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint64_t
from libc.stdlib cimport calloc, free

from chude.kernels.compiled.texts cimport Text
from chude.kernels.compiled.tokenizing cimport Letters, tokenize_text

import numpy as np

from chude.kernels.compiled.tokenizing import tokenize

MAX_ROWS = (1 << 24) - 1

cdef enum:
    BUCKET_KEYS = 4  # keys of a bucket, on average
    N_PILOTS = 256
    MAX_TRIES = 4

cdef enum:
    SPACE = 32
    BREAK = 10
    KNOWN_BITS = 15  # a vocabulary of 140,000 terms has 12,000 different syllables
    WORD_BYTES = 8
    MOST_BYTES = 64

cdef extern from *:
    """
    #include <string.h>
    #define CHUDE_ONES UINT64_C(0x0101010101010101)
    #define CHUDE_HAS_ZERO(word) (((word) - CHUDE_ONES) & ~(word) & CHUDE_ONES << 7)

    /* Return how many of the next eight bytes come before a space, a line break or the end, and in `word` those bytes. */
    static inline int chude_bytes_to_separator(const uint8_t *data, Py_ssize_t size, uint64_t *word) {
        uint64_t bytes = CHUDE_ONES * 10, ends, inside;
        if (size >= 8)
            memcpy(&bytes, data, 8);
        else if (size > 0)  /* of no bytes at all, `data` may be NULL */
            memcpy(&bytes, data, (size_t)size);
    #if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        bytes = __builtin_bswap64(bytes);
    #endif
        /* Of the flags, the lowest is never wrong. */
        ends = CHUDE_HAS_ZERO(bytes ^ CHUDE_ONES * 32) | CHUDE_HAS_ZERO(bytes ^ CHUDE_ONES * 10);
        inside = ((ends & (0 - ends)) >> 7) - 1;
        if (ends == 0)
            inside = ~UINT64_C(0);
        *word = bytes & inside;
        return (int)((inside & CHUDE_ONES) * CHUDE_ONES >> 56);
    }
    """
    int bytes_to_separator "chude_bytes_to_separator"(const uint8_t* data, Py_ssize_t size, uint64_t* word) noexcept nogil

cdef struct Known:
    uint64_t word  # the bytes of a syllable that was tokenized before
    uint64_t hash

cdef struct Run:
    uint64_t key
    Py_ssize_t n_tokens


cdef class Lookup:
    def __init__(self, const uint64_t[::1] keys not None):
        cdef Py_ssize_t n_keys = keys.shape[0]
        if n_keys > MAX_ROWS:
            raise ValueError(f"a vocabulary has at most {MAX_ROWS} terms, not {n_keys}")
        cdef int bucket_bits = max(1, (n_keys // BUCKET_KEYS).bit_length())
        cdef int slot_bits = max(2, (3 * n_keys // 2).bit_length())
        cdef int bits
        cdef int64_t[::1] starts, rows
        cdef const uint8_t[::1] pilots
        cdef const uint64_t[::1] slots
        self.n_rows = n_keys
        starts, rows = by_bucket(keys, 1 << bucket_bits, 64 - bucket_bits)
        refuse_repeats(keys, starts, rows)
        order = fullest_first(starts)
        # A vocabulary for which no pilots are found is tried again with twice as many slots.
        for bits in range(slot_bits, slot_bits + MAX_TRIES):
            self.pilots = np.zeros(1 << bucket_bits, dtype=np.uint8)
            self.slots = np.full(1 << bits, NO_ROW, dtype=np.uint64)
            if place(keys, starts, rows, order, self.pilots, self.slots, 64 - bits):
                pilots, slots = self.pilots, self.slots
                self.table = Table(&pilots[0], &slots[0], 64 - bucket_bits, 64 - bits)
                return
        raise ValueError("the terms of the vocabulary collide; they were made to, or the file that holds them is damaged")

    def __len__(self):
        return self.n_rows

    def rows(self, const uint64_t[::1] keys not None):
        cdef Py_ssize_t i
        cdef uint64_t key, row
        found = np.empty(keys.shape[0], dtype=np.int64)
        cdef int64_t[::1] view = found
        with nogil:
            for i in range(keys.shape[0]):
                key = keys[i]
                row = self.table.slots[slot_of(key, self.table.pilots[key >> self.table.to_bucket], self.table.to_slot)]
                row ^= key << ROW_BITS
                view[i] = <int64_t>row if row < NO_ROW else -1
        return found


cdef tuple by_bucket(const uint64_t[::1] keys, Py_ssize_t n_buckets, int to_bucket):
    """Return where the rows of each bucket start, and the rows."""
    cdef Py_ssize_t i
    cdef uint64_t bucket
    all_starts = np.zeros(n_buckets + 2, dtype=np.int64)
    all_rows = np.empty(keys.shape[0], dtype=np.int64)
    cdef int64_t[::1] starts = all_starts, rows = all_rows
    with nogil:
        for i in range(keys.shape[0]):
            starts[(keys[i] >> to_bucket) + 2] += 1
        for i in range(n_buckets):
            starts[i + 2] += starts[i + 1]
        for i in range(keys.shape[0]):
            bucket = (keys[i] >> to_bucket) + 1
            rows[starts[bucket]] = i
            starts[bucket] += 1
    return all_starts[: n_buckets + 1], all_rows


cdef refuse_repeats(const uint64_t[::1] keys, int64_t[::1] starts, int64_t[::1] rows):
    cdef Py_ssize_t bucket, i, j
    cdef Py_ssize_t first = -1, second = -1
    with nogil:
        for bucket in range(starts.shape[0] - 1):
            for i in range(starts[bucket], starts[bucket + 1]):
                for j in range(starts[bucket], i):
                    if keys[rows[i]] == keys[rows[j]] and (second < 0 or rows[i] < second):
                        first, second = rows[j], rows[i]
    if second >= 0:
        raise ValueError("two keys are the same", first, second)


cdef int64_t[::1] fullest_first(int64_t[::1] starts):
    """Return the buckets by their number of rows, the fullest first: they are the hardest to place."""
    sizes = np.diff(starts)
    return np.argsort(-sizes, kind="stable")


cdef bint place(
    const uint64_t[::1] keys, int64_t[::1] starts, int64_t[::1] rows, int64_t[::1] order, uint8_t[::1] pilots,
    uint64_t[::1] slots, int to_slot,
):
    """Find a pilot for each bucket under which its keys meet no other; tell whether all were found."""
    cdef Py_ssize_t i, bucket, n_keys
    cdef bint is_placed = True
    with nogil:
        for i in range(order.shape[0]):
            bucket = order[i]
            n_keys = starts[bucket + 1] - starts[bucket]
            if n_keys == 0:  # so are all that follow
                break
            if not place_bucket(&keys[0], &rows[starts[bucket]], n_keys, &pilots[bucket], &slots[0], to_slot):
                is_placed = False
                break
    return is_placed


cdef bint place_bucket(
    const uint64_t* keys, const int64_t* rows, Py_ssize_t n_keys, uint8_t* pilot_of_bucket, uint64_t* slots, int to_slot
) noexcept nogil:
    cdef uint64_t pilot, slot
    cdef Py_ssize_t n_placed, k
    for pilot in range(N_PILOTS):
        n_placed = 0
        while n_placed < n_keys:
            slot = slot_of(keys[rows[n_placed]], pilot, to_slot)
            if slots[slot] != NO_ROW:
                break
            slots[slot] = keys[rows[n_placed]] << ROW_BITS | <uint64_t>rows[n_placed]
            n_placed += 1
        if n_placed == n_keys:
            pilot_of_bucket[0] = <uint8_t>pilot
            return True
        for k in range(n_placed):
            slots[slot_of(keys[rows[k]], pilot, to_slot)] = NO_ROW
    return False


def ngram_keys(const uint64_t[::1] hashes not None, int n):
    cdef Py_ssize_t i, n_keys = max(hashes.shape[0] - n + 1, 0)
    cdef int k
    found = np.array(hashes[:n_keys], dtype=np.uint64)
    cdef uint64_t[::1] keys = found
    with nogil:
        for k in range(1, n):
            for i in range(n_keys):
                keys[i] = longer_key(keys[i], hashes[i + k])
    return found


def keys_of_runs(const uint64_t[::1] hashes not None, const int64_t[::1] bounds not None):
    cdef Py_ssize_t i, k
    cdef uint64_t key
    if bounds.shape[0] == 0 or bounds[0] < 0:
        raise ValueError("the bounds are not within the hashes")
    found = np.empty(bounds.shape[0] - 1, dtype=np.uint64)
    cdef uint64_t[::1] keys = found
    with nogil:
        for i in range(keys.shape[0]):
            if bounds[i] >= bounds[i + 1]:
                with gil:
                    raise ValueError(f"run {i} is empty")
            if bounds[i + 1] > hashes.shape[0]:
                with gil:
                    raise ValueError("the bounds are not within the hashes")
            key = hashes[bounds[i]]
            for k in range(bounds[i] + 1, bounds[i + 1]):
                key = longer_key(key, hashes[k])
            keys[i] = key
    return found


def keys_of_lines(lines not None, Letters letters not None):
    cdef const uint8_t[::1] view = lines
    cdef Py_ssize_t i = 0, stop, n, k, row = 0, size = view.shape[0], n_rows = np.count_nonzero(lines == BREAK) + 1
    cdef const uint8_t* data = &view[0] if size else NULL
    cdef uint64_t word
    cdef uint64_t[MOST_BYTES + 4] hashes
    cdef const uint64_t[::1] of_any
    cdef Run run = Run(0, 0)
    cdef Known* known = <Known*>calloc(1 << KNOWN_BITS, sizeof(Known))
    cdef Known* place
    found = np.empty(n_rows, dtype=np.uint64)
    cdef uint64_t[::1] keys = found
    try:
        if known == NULL:
            raise MemoryError
        with nogil:
            while row < n_rows:
                stop = i + bytes_to_separator(data + i, size - i, &word)
                place = &known[(word * SLOT_FACTOR) >> (64 - KNOWN_BITS)]
                if stop < i + WORD_BYTES and place.word == word and word != 0:
                    add_token(&run, place.hash)
                elif stop > i:
                    while stop < size and data[stop] != SPACE and data[stop] != BREAK:
                        stop += 1
                    n = tokenize_bytes(data + i, stop - i, letters, hashes)
                    if n < 0:
                        with gil:  # long, no UTF-8, or beyond U+FFFF
                            of_any = tokenize([bytes(view[i:stop]).decode()], letters)[0]
                        for k in range(of_any.shape[0]):
                            add_token(&run, of_any[k])
                    for k in range(n):
                        add_token(&run, hashes[k])
                    if n == 1 and stop < i + WORD_BYTES:
                        place[0] = Known(word, hashes[0])
                if stop == size or data[stop] == BREAK:
                    if run.n_tokens == 0:
                        with gil:
                            raise ValueError("a line holds no token", row)
                    keys[row] = run.key
                    run.n_tokens = 0
                    row += 1
                i = stop + 1
    finally:
        free(known)
    return found


cdef inline void add_token(Run* run, uint64_t hash) noexcept nogil:
    run.key = longer_key(run.key, hash) if run.n_tokens else hash
    run.n_tokens += 1


cdef Py_ssize_t tokenize_bytes(const uint8_t* data, Py_ssize_t size, Letters letters, uint64_t* hashes) noexcept nogil:
    """Tokenize UTF-8 of at most `MOST_BYTES` bytes and no character above U+FFFF; -1 for anything else."""
    cdef uint16_t[MOST_BYTES] characters
    cdef Text text = Text(&characters[0], 0, 2)
    cdef int64_t accented
    cdef Py_ssize_t i = 0
    cdef unsigned int a, b, c
    if size > MOST_BYTES:
        return -1
    while i < size:
        a = data[i]
        b = data[i + 1] if i + 1 < size else 0
        c = data[i + 2] if i + 2 < size else 0
        if a < 0x80:
            i += 1
        elif 0xC2 <= a < 0xE0 and b & 0xC0 == 0x80:
            a = (a & 0x1F) << 6 | (b & 0x3F)
            i += 2
        elif 0xE1 <= a < 0xED and b & 0xC0 == 0x80 and c & 0xC0 == 0x80:
            a = (a & 0x0F) << 12 | (b & 0x3F) << 6 | (c & 0x3F)
            i += 3
        else:  # also what begins with E0, ED, EE and EF: not every byte may follow it, and no Vietnamese letter is there
            return -1
        characters[text.length] = <uint16_t>a
        text.length += 1
    return tokenize_text(&text, letters, hashes, NULL, NULL, &accented)


def joined_hashes(const uint64_t[::1] hashes not None, continues not None):
    cdef const uint8_t[::1] flags = np.ascontiguousarray(continues, dtype=np.bool_).view(np.uint8)
    cdef Py_ssize_t i, n = 0
    cdef uint64_t mixed
    if flags.shape[0] != hashes.shape[0]:
        raise ValueError(f"{hashes.shape[0]} syllables, but {flags.shape[0]} flags")
    found = np.empty(hashes.shape[0], dtype=np.uint64)
    cdef uint64_t[::1] words = found
    with nogil:
        for i in range(hashes.shape[0]):
            if flags[i] and n > 0:
                mixed = (words[n - 1] + 1) * <uint64_t>0x94D049BB133111EBU ^ hashes[i]
                words[n - 1] = mixed ^ (mixed >> 29)
            else:
                words[n] = hashes[i]
                n += 1
    return found[:n]
