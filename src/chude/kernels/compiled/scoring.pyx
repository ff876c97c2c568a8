"""Texts to scores and probabilities; ``plain/scoring.py`` says what they are.

For each text: all look-ups first, then the counts, then the weights, so that the processor overlaps the cache misses.
"""

from libc.math cimport exp, INFINITY, log, log1p, sqrt
from libc.stdint cimport int8_t, int32_t, int64_t, uint64_t
from libc.stdlib cimport calloc, free, malloc
from libc.string cimport memcpy

from chude.kernels.compiled.lookup cimport Lookup, Table, known_rows_lead_first, prefetch
from chude.kernels.compiled.texts cimport Texts
from chude.kernels.compiled.tokenizing cimport Letters, tokenize_text

import numpy as np

cdef extern from "processor.h":
    int most_vector_bytes "chude_most_vector_bytes"

cdef extern from "weights.h":
    void add_weights "chude_add_weights"(
        const int8_t* records, size_t size, size_t width, const int64_t* rows, const double* factors, size_t n_terms,
        double* scores,
    ) noexcept nogil

cdef enum:
    LANES = 16  # weights of a record are padded to a multiple of this
    RECORD = 32  # the size of a record is a multiple of this,
    LINE = 64  # so that none crosses a cache line that it need not
    N_LOGS = 256
    USUAL_CHARACTERS = 1 << 14  # a scratch has room for so many from the beginning
    KEPT_CHARACTERS = 1 << 18  # one with room for more is not kept

# Sublinear term frequency: most terms occur once or twice, and a logarithm costs more than all else done for a term.
# For the calibration of a short text, too, its one logarithm is a part that can be felt.
cdef double[N_LOGS] SUBLINEAR, LOG1P
cdef int _count
for _count in range(1, N_LOGS):
    SUBLINEAR[_count] = 1.0 + log(<double>_count)
    LOG1P[_count] = log1p(<double>_count)


cdef struct Softmax:
    double slope, length, margin, few
    double spread  # the highest prior minus the lowest
    const double* offsets
    const double* priors


cdef struct Linear:
    const int8_t* records  # for each term its weights, padded to `width`, then idf and scale as float32
    const double* intercept  # padded to `width`
    Py_ssize_t n_topics, width
    Py_ssize_t size  # bytes of a record
    Softmax softmax


cdef class Calibrator:
    cdef const double[::1] offsets, priors
    cdef Softmax softmax

    def __init__(
        self, double slope, double length, double margin, double few, const double[::1] offsets not None,
        const double[::1] priors not None,
    ):
        if not few >= 0.0:
            raise ValueError(f"few is a number from 0, not {few}")
        if offsets.shape[0] != priors.shape[0] or offsets.shape[0] == 0:
            raise ValueError(f"{offsets.shape[0]} offsets, but {priors.shape[0]} priors")
        self.offsets, self.priors = offsets, priors
        cdef double spread = np.ptp(priors)
        self.softmax = Softmax(slope, length, margin, few, spread, &offsets[0], &priors[0])

    def __reduce__(self):
        numbers = (self.softmax.slope, self.softmax.length, self.softmax.margin, self.softmax.few)
        return Calibrator, (*numbers, np.asarray(self.offsets), np.asarray(self.priors))


cdef class Head:
    cdef object memory
    cdef Calibrator calibrator
    cdef Linear linear
    cdef Py_ssize_t n_terms

    def __init__(
        self, weights not None, idf not None, scale not None, const double[::1] intercept not None,
        Calibrator calibrator not None,
    ):
        cdef Py_ssize_t n_topics = weights.shape[1]
        self.n_terms = weights.shape[0]
        if not len(idf) == len(scale) == self.n_terms:
            raise ValueError(f"weights of {self.n_terms} terms, but {len(idf)} idf and {len(scale)} scales")
        if not intercept.shape[0] == calibrator.priors.shape[0] == n_topics:
            raise ValueError(f"weights of {n_topics} topics, but {intercept.shape[0]} intercepts")
        cdef Py_ssize_t width = (n_topics + LANES - 1) // LANES * LANES
        cdef Py_ssize_t size = (width + 8 + RECORD - 1) // RECORD * RECORD
        # Weights, idf and scale of a term side by side cost one cache miss, not three; the intercept comes first.
        memory = np.zeros(8 * width + self.n_terms * size + LINE, dtype=np.int8)
        cdef Py_ssize_t start = (LINE - memory.ctypes.data % LINE) % LINE
        memory[start : start + 8 * width].view(np.float64)[:n_topics] = intercept
        records = memory[start + 8 * width :][: self.n_terms * size].reshape(self.n_terms, size)
        records[:, :n_topics] = weights
        factors = records.view(np.float32)
        factors[:, width // 4] = idf
        factors[:, width // 4 + 1] = scale
        cdef const int8_t[::1] view = memory
        self.memory, self.calibrator = memory, calibrator
        self.linear = Linear(
            &view[start] + 8 * width, <const double*>&view[start], n_topics, width, size, calibrator.softmax
        )


cdef class Scratch:
    # What scoring needs for itself, made once for all texts of a call.
    cdef Py_ssize_t room  # characters
    cdef uint64_t* hashes
    cdef uint64_t* keys
    cdef int64_t* rows
    cdef double* values
    cdef double* scales
    cdef double* scores
    cdef double* probabilities  # of a text of which only the best topic is asked for
    cdef int32_t* seen  # all zero before and after each text

    def __cinit__(self, Py_ssize_t n_characters, Py_ssize_t n_sizes, Py_ssize_t n_terms, Py_ssize_t width):
        cdef Py_ssize_t n_tokens = n_characters // 2 + 1
        cdef Py_ssize_t n_rows = n_tokens * n_sizes + 1
        self.room = n_characters
        self.hashes = <uint64_t*>malloc((n_characters + 4) * sizeof(uint64_t))
        self.keys = <uint64_t*>malloc(n_tokens * sizeof(uint64_t))
        self.rows = <int64_t*>malloc(n_rows * sizeof(int64_t))
        self.values = <double*>malloc(n_rows * sizeof(double))
        self.scales = <double*>malloc(n_rows * sizeof(double))
        self.scores = <double*>malloc(width * sizeof(double))
        self.probabilities = <double*>malloc(width * sizeof(double))
        self.seen = <int32_t*>calloc(max(n_terms, 1), sizeof(int32_t))
        if not (self.hashes and self.keys and self.rows and self.values and self.scales and self.scores and self.probabilities and self.seen):
            raise MemoryError

    def __dealloc__(self):
        free(self.hashes)
        free(self.keys)
        free(self.rows)
        free(self.values)
        free(self.scales)
        free(self.scores)
        free(self.probabilities)
        free(self.seen)


cdef class Scorer:
    cdef Letters letters
    cdef Lookup lookup
    cdef int min_n, max_n
    cdef bint sublinear_tf
    cdef Py_ssize_t lead_tokens, short_below
    cdef Head whole, short
    cdef double unaccented_share
    cdef list spare

    def __init__(
        self, Letters letters not None, Lookup lookup not None, int min_n, int max_n, bint sublinear_tf,
        Py_ssize_t lead_tokens, Head whole not None, Head short not None, Py_ssize_t short_below,
        double unaccented_share,
    ):
        if not 1 <= min_n <= max_n:
            raise ValueError(f"min_n and max_n must be 1 <= min_n <= max_n, not {min_n} and {max_n}")
        if not len(lookup) == whole.n_terms == short.n_terms or whole.linear.n_topics != short.linear.n_topics:
            raise ValueError("the lookup and the heads have different numbers of terms or topics")
        self.letters, self.lookup, self.whole, self.short = letters, lookup, whole, short
        self.min_n, self.max_n, self.sublinear_tf, self.lead_tokens = min_n, max_n, sublinear_tf, lead_tokens
        self.short_below, self.unaccented_share = short_below, unaccented_share
        self.spare = []

    cdef Scratch borrow(self, Py_ssize_t n_characters):
        # A scratch that no other thread uses: the list is touched under the GIL only.
        cdef Scratch scratch
        if self.spare:
            scratch = self.spare.pop()
            if scratch.room >= n_characters:
                return scratch
        return Scratch(
            max(n_characters, USUAL_CHARACTERS), self.max_n - self.min_n + 1, self.whole.n_terms, self.whole.linear.width
        )

    cdef give_back(self, Scratch scratch):
        if scratch.room <= KEPT_CHARACTERS:
            self.spare.append(scratch)

    def score(
        self, list texts not None, Py_ssize_t start, Py_ssize_t stop, double[:, ::1] values not None,
        int64_t[:, ::1] counts not None,
    ):
        if not 0 <= start <= stop <= min(<Py_ssize_t>len(texts), values.shape[0]):
            raise ValueError(f"no texts from {start} to {stop}")
        self.check_shapes(values, counts)
        cdef Texts held = Texts(texts, start, stop)
        cdef Scratch scratch = self.borrow(held.longest)
        cdef Py_ssize_t i, n_tokens, n_unaccented = 0
        cdef int64_t accented
        with nogil:
            for i in range(held.n):
                n_tokens = tokenize_text(&held.texts[i], self.letters, scratch.hashes, NULL, NULL, &accented)
                score_one(self, scratch.hashes, n_tokens, scratch, &values[start + i, 0], &counts[start + i, 0])
                counts[start + i, 1] = accented
                n_unaccented += accented < self.unaccented_share * n_tokens
        self.give_back(scratch)
        return n_unaccented

    def best(self, list texts not None, Py_ssize_t start, Py_ssize_t stop, int64_t[::1] columns not None):
        if not 0 <= start <= stop <= min(<Py_ssize_t>len(texts), columns.shape[0]):
            raise ValueError(f"no texts from {start} to {stop}")
        cdef Texts held = Texts(texts, start, stop)
        cdef Scratch scratch = self.borrow(held.longest)
        cdef Py_ssize_t i, n_tokens, n_unaccented = 0, best
        cdef int64_t accented
        cdef list unaccented = []
        with nogil:
            for i in range(held.n):
                n_tokens = tokenize_text(&held.texts[i], self.letters, scratch.hashes, NULL, NULL, &accented)
                best = best_of_one(self, scratch.hashes, n_tokens, scratch)
                columns[start + i] = best
                if accented < self.unaccented_share * n_tokens:
                    n_unaccented += 1
                    columns[start + i] = -1 - best  # until it is listed
        self.give_back(scratch)
        for i in range(start, stop if n_unaccented else start):
            if columns[i] < 0:
                columns[i] = -1 - columns[i]
                unaccented.append(i)
        return unaccented

    def score_tokens(
        self, const uint64_t[::1] hashes not None, const int64_t[::1] bounds not None,
        const int64_t[::1] accented not None, double[:, ::1] values not None, int64_t[:, ::1] counts not None,
    ):
        cdef Py_ssize_t i, n_tokens, n_unaccented = 0, n_texts = accented.shape[0], longest = 0
        if bounds.shape[0] != n_texts + 1 or values.shape[0] < n_texts:
            raise ValueError(f"{n_texts} texts, but {bounds.shape[0]} bounds")
        self.check_shapes(values, counts)
        for i in range(n_texts):
            if not 0 <= bounds[i] <= bounds[i + 1] <= hashes.shape[0]:
                raise ValueError("the bounds are not within the hashes")
            longest = max(longest, bounds[i + 1] - bounds[i])
        cdef Scratch scratch = self.borrow(2 * longest)
        cdef const uint64_t* first = &hashes[0] if hashes.shape[0] else NULL
        with nogil:
            for i in range(n_texts):
                n_tokens = bounds[i + 1] - bounds[i]
                score_one(self, first + bounds[i], n_tokens, scratch, &values[i, 0], &counts[i, 0])
                counts[i, 1] = accented[i]
                n_unaccented += accented[i] < self.unaccented_share * n_tokens
        self.give_back(scratch)
        return n_unaccented

    def term_weights(self, const uint64_t[::1] tokens not None):
        cdef Py_ssize_t n_tokens = tokens.shape[0], n_smallest = 0, n_terms = 0
        cdef double norm = 1.0
        cdef Scratch scratch = self.borrow(2 * n_tokens)
        if n_tokens:
            n_terms = weigh_terms(self, &self.whole.linear, &tokens[0], n_tokens, scratch, &n_smallest, &norm)
        rows, values = np.empty(n_terms, dtype=np.int64), np.empty(n_terms)
        cdef int64_t[::1] rows_view = rows
        cdef double[::1] values_view = values
        if n_terms:
            memcpy(&rows_view[0], scratch.rows, n_terms * sizeof(int64_t))
            memcpy(&values_view[0], scratch.values, n_terms * sizeof(double))
        self.give_back(scratch)
        order = np.argsort(rows)
        return rows[order], values[order] * norm, n_smallest

    cdef int check_shapes(self, double[:, ::1] values, int64_t[:, ::1] counts) except -1:
        if values.shape[1] != 2 * self.whole.linear.n_topics + 1 or counts.shape[1] != 3 or counts.shape[0] != values.shape[0]:
            raise ValueError(
                f"values and counts must have the shapes (n_texts, {2 * self.whole.linear.n_topics + 1}) and (n_texts, 3)"
            )
        return 0


cdef void score_one(
    Scorer scorer, const uint64_t* tokens, Py_ssize_t n_tokens, Scratch scratch, double* values, int64_t* counts
) noexcept nogil:
    cdef Py_ssize_t n_terms, n_smallest
    cdef const Linear* head = add_up(scorer, tokens, n_tokens, scratch, &n_terms, &n_smallest)
    cdef Py_ssize_t n_topics = head.n_topics
    memcpy(values, scratch.scores, n_topics * sizeof(double))
    softmax_row(values, n_topics, n_terms, &head.softmax, values + n_topics)
    values[2 * n_topics] = n_smallest / <double>max(n_tokens - scorer.min_n + 1, 1)
    counts[0] = n_tokens
    counts[2] = first_of_highest(values + n_topics, n_topics)


cdef Py_ssize_t best_of_one(
    Scorer scorer, const uint64_t* tokens, Py_ssize_t n_tokens, Scratch scratch
) noexcept nogil:
    # Return the topic that `score_one` finds, and leave out what is not needed for it.
    cdef Py_ssize_t n_terms, n_smallest
    cdef const Linear* head = add_up(scorer, tokens, n_tokens, scratch, &n_terms, &n_smallest)
    cdef Py_ssize_t n_topics = head.n_topics
    cdef double* probabilities = scratch.probabilities
    cdef double trust, highest, second
    if n_terms > 0:
        trust = logits_of_row(scratch.scores, n_topics, n_terms, &head.softmax, probabilities)
        highest, second = two_highest(probabilities, n_topics)
        if leads_for_certain(trust, highest - second, n_topics, &head.softmax):
            return first_of_highest(probabilities, n_topics)
    softmax_row(scratch.scores, n_topics, n_terms, &head.softmax, probabilities)
    return first_of_highest(probabilities, n_topics)


cdef const Linear* add_up(
    Scorer scorer, const uint64_t* tokens, Py_ssize_t n_tokens, Scratch scratch, Py_ssize_t* n_terms, Py_ssize_t* n_smallest
) noexcept nogil:
    # Write the decision values of a text to `scratch.scores`; return the head they are from.
    cdef const Linear* head = &scorer.short.linear if n_tokens < scorer.short_below else &scorer.whole.linear
    cdef Py_ssize_t j
    cdef double norm
    n_terms[0] = weigh_terms(scorer, head, tokens, n_tokens, scratch, n_smallest, &norm)
    for j in range(n_terms[0]):
        scratch.values[j] = scratch.values[j] * norm * scratch.scales[j]
    memcpy(scratch.scores, head.intercept, head.width * sizeof(double))
    add_weights(head.records, head.size, head.width, scratch.rows, scratch.values, n_terms[0], scratch.scores)
    return head


cdef Py_ssize_t weigh_terms(
    Scorer scorer, const Linear* head, const uint64_t* tokens, Py_ssize_t n_tokens, Scratch scratch,
    Py_ssize_t* n_smallest, double* norm,
) noexcept nogil:
    # Write the distinct rows of the known n-grams, their TF-IDF, and by what that is multiplied to be of length 1;
    # return how many there are.
    cdef int64_t* rows = scratch.rows
    cdef double* values = scratch.values
    cdef double* scales = scratch.scales
    cdef const float* factors
    cdef int32_t* seen = scratch.seen
    cdef Py_ssize_t j, n_lead, n_terms = 0
    cdef Py_ssize_t n_rows = known_rows_lead_first(
        &scorer.lookup.table, tokens, n_tokens, scorer.lead_tokens, scorer.min_n, scorer.max_n, scratch.keys, rows,
        &n_lead, n_smallest,
    )
    # Its own variables: what a pointer leads to may change with every number written, for all that a compiler knows.
    cdef const int8_t* records = head.records
    cdef Py_ssize_t size = head.size, width = head.width
    cdef bint is_sublinear = scorer.sublinear_tf
    cdef int64_t row
    cdef int32_t count
    cdef double value, square = 0.0
    for j in range(n_rows):
        row = rows[j]
        prefetch(records + row * size)
        count = seen[row]
        seen[row] = count + (2 if j < n_lead else 1)
        rows[n_terms] = row
        n_terms += count == 0
    for j in range(n_terms):
        row = rows[j]
        count = seen[row]
        seen[row] = 0
        value = <double>count
        if is_sublinear:
            value = SUBLINEAR[count] if count < N_LOGS else 1.0 + log(value)
        factors = <const float*>(records + row * size + width)
        value *= factors[0]
        values[j] = value
        scales[j] = factors[1]
        square += value * value
    norm[0] = 1.0 / sqrt(square) if square > 0.0 else 1.0
    return n_terms


cdef void softmax_row(
    const double* scores, Py_ssize_t n_topics, Py_ssize_t n_terms, const Softmax* calibrator, double* probabilities
) noexcept nogil:
    cdef Py_ssize_t k
    cdef double trust, highest, total = 0.0
    if n_terms == 0:
        memcpy(probabilities, calibrator.priors, n_topics * sizeof(double))
        return
    trust = logits_of_row(scores, n_topics, n_terms, calibrator, probabilities)
    highest = two_highest(probabilities, n_topics)[0]
    for k in range(n_topics):
        probabilities[k] = exp(probabilities[k] - highest)
        total += probabilities[k]
    for k in range(n_topics):
        probabilities[k] = trust * (probabilities[k] / total) + (1.0 - trust) * calibrator.priors[k]


cdef double logits_of_row(
    const double* scores, Py_ssize_t n_topics, Py_ssize_t n_terms, const Softmax* calibrator, double* logits
) noexcept nogil:
    # Write what is the exponents of the softmax; return the share of probabilities that is not from the priors.
    cdef Py_ssize_t k
    cdef double first, second, factor, trust = n_terms / (n_terms + calibrator.few)
    cdef double length = LOG1P[n_terms] if n_terms < N_LOGS else log1p(<double>n_terms)
    factor = trust * max(calibrator.slope + calibrator.length * length, 0.0)
    if n_topics > 1:
        first, second = two_highest(scores, n_topics)
        factor /= 1.0 + calibrator.margin * (first - second)
    for k in range(n_topics):
        logits[k] = factor * scores[k] + calibrator.offsets[k]
    return trust


cdef inline bint leads_for_certain(double trust, double ahead, Py_ssize_t n_topics, const Softmax* calibrator) noexcept nogil:
    # Whether the topic whose logit is `ahead` of all others is the most probable one, whatever the priors are. Its
    # softmax is at least 1 / n_topics, and that of another at most exp(-ahead) < 1 / (1 + ahead) times as much; the
    # 1e-9 is far more than all rounding.
    return trust * ahead > ((1.0 - trust) * calibrator.spread + 1e-9) * (1.0 + ahead) * n_topics


cdef inline (double, double) two_highest(const double* values, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t k
    cdef double first = -INFINITY, second = -INFINITY
    for k in range(n):
        second = max(second, min(first, values[k]))
        first = max(first, values[k])
    return first, second


cdef inline Py_ssize_t first_of_highest(const double* values, Py_ssize_t n) noexcept nogil:
    cdef Py_ssize_t best = 0, k
    for k in range(1, n):
        if values[k] > values[best]:
            best = k
    return best


def softmax(const double[:, :] scores not None, const int64_t[::1] n_terms not None, Calibrator calibrator not None):
    cdef Py_ssize_t i, n_topics = scores.shape[1]
    if n_topics != calibrator.priors.shape[0] or n_terms.shape[0] != scores.shape[0]:
        raise ValueError("scores, n_terms and priors have different shapes")
    probabilities = np.empty((scores.shape[0], n_topics))
    cdef const double[:, ::1] rows = np.ascontiguousarray(scores)
    cdef double[:, ::1] out = probabilities
    with nogil:
        for i in range(rows.shape[0]):
            softmax_row(&rows[i, 0], n_topics, n_terms[i], &calibrator.softmax, &out[i, 0])
    return probabilities


def limit_vectors(int n_bytes):
    """Add weights in vectors of at most so many bytes, 64, 32 or 0: the scores are the same. For tests."""
    global most_vector_bytes
    most_vector_bytes = n_bytes
