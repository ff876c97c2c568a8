# A vocabulary, looked up by a perfect hash, for all kernels that look up n-grams.
#
# Some bits of a key choose a pilot, and the pilot chooses the one slot where the key can be (Belazzougui, Botelho,
# Dietzfelbinger 2009, "Hash, displace, compress"). So a look-up takes no branch, and the slots of a whole text can be
# asked for before the first of them is needed.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.string cimport memcpy

cdef extern from *:
    """
    #if defined(__GNUC__) || defined(__clang__)
        #define chude_prefetch(place) __builtin_prefetch(place)
    #else
        #define chude_prefetch(place) ((void)(place))
    #endif
    #define CHUDE_NO_ROW UINT64_C(0xFFFFFF)
    #define CHUDE_KEY_FACTOR UINT64_C(0xD6E8FEB86659FD93)
    #define CHUDE_SLOT_FACTOR UINT64_C(0xBF58476D1CE4E5B9)
    #define CHUDE_PILOT_FACTOR UINT64_C(0x9E3779B97F4A7C15)
    """
    void prefetch "chude_prefetch"(const void* place) noexcept nogil
    const uint64_t NO_ROW "CHUDE_NO_ROW"
    const uint64_t KEY_FACTOR "CHUDE_KEY_FACTOR"
    const uint64_t SLOT_FACTOR "CHUDE_SLOT_FACTOR"
    const uint64_t PILOT_FACTOR "CHUDE_PILOT_FACTOR"

cdef enum:
    ROW_BITS = 24


cdef struct Table:
    const uint8_t* pilots  # one for each bucket of keys
    const uint64_t* slots  # the low 40 bits of a key, then its row; NO_ROW for an empty slot
    int to_bucket  # how far to shift 64 bits to be left with a bucket
    int to_slot


cdef class Lookup:
    cdef Table table
    cdef object pilots, slots
    cdef Py_ssize_t n_rows


cdef inline uint64_t longer_key(uint64_t key, uint64_t token) noexcept nogil:
    # The key of an n-gram with one token more.
    cdef uint64_t mixed = (key + 1) * KEY_FACTOR + token
    return mixed ^ (mixed >> 32)


cdef inline uint64_t slot_of(uint64_t key, uint64_t pilot, int to_slot) noexcept nogil:
    return ((key ^ (pilot * PILOT_FACTOR)) * SLOT_FACTOR) >> to_slot


cdef inline Py_ssize_t rows_of_keys(
    const Table* table, const uint64_t* keys, Py_ssize_t n_keys, int64_t* rows
) noexcept nogil:
    # Write the rows of the keys that are known; `rows` has room for ``n_keys + 1``. All slots are asked for before the
    # first is read: one that is in no cache costs more than all else done for a key.
    cdef Py_ssize_t i, n_rows = 0
    cdef uint64_t slot, row
    for i in range(n_keys):
        slot = slot_of(keys[i], table.pilots[keys[i] >> table.to_bucket], table.to_slot)
        prefetch(&table.slots[slot])
        rows[i] = <int64_t>slot
    for i in range(n_keys):
        row = table.slots[rows[i]] ^ (keys[i] << ROW_BITS)  # where the key is the slot's, what is left is the row
        rows[n_rows] = <int64_t>row
        n_rows += row < NO_ROW
    return n_rows


cdef inline Py_ssize_t known_rows(
    const Table* table, const uint64_t* hashes, Py_ssize_t n_tokens, int min_n, int max_n, uint64_t* keys,
    int64_t* rows, Py_ssize_t* n_smallest,
) noexcept nogil:
    # Write the row of each known n-gram of a run of tokens, those of the smallest n first; return how many there are,
    # and in `n_smallest` how many are of the smallest n. Room: ``n_tokens`` for `keys`, one more for each n for `rows`.
    cdef Py_ssize_t i, n_keys, n_rows = 0
    cdef int n
    if n_tokens > 0:
        memcpy(keys, hashes, n_tokens * sizeof(uint64_t))
    n_smallest[0] = 0
    for n in range(1, max_n + 1):
        n_keys = n_tokens - n + 1
        if n_keys <= 0:
            break
        if n > 1:
            for i in range(n_keys):
                keys[i] = longer_key(keys[i], hashes[i + n - 1])
        if n >= min_n:
            n_rows += rows_of_keys(table, keys, n_keys, rows + n_rows)
        if n == min_n:
            n_smallest[0] = n_rows
    return n_rows


cdef inline Py_ssize_t known_rows_lead_first(
    const Table* table, const uint64_t* hashes, Py_ssize_t n_tokens, Py_ssize_t lead_tokens, int min_n, int max_n,
    uint64_t* keys, int64_t* rows, Py_ssize_t* n_lead, Py_ssize_t* n_smallest,
) noexcept nogil:
    # As `known_rows`, the n-grams within the first `lead_tokens` before all others; `n_lead` says how many those are.
    cdef Py_ssize_t n_rows, n_rest, start, ignored
    cdef int n
    n_rows = known_rows(table, hashes, min(n_tokens, lead_tokens), min_n, max_n, keys, rows, n_smallest)
    n_lead[0] = n_rows
    if n_tokens > lead_tokens:
        for n in range(min_n, max_n + 1):
            start = max(lead_tokens - n + 1, 0)
            n_rest = known_rows(table, hashes + start, n_tokens - start, n, n, keys, rows + n_rows, &ignored)
            n_rows += n_rest
            if n == min_n:
                n_smallest[0] += n_rest
    return n_rows
