"""Rounds of dual coordinate descent; ``plain/solving.py`` says what each class does.

The weights of a term for all topics lie side by side, so that a row is read once for all of them. Nearly all time goes
into waiting for memory: what the next sample needs is asked for while this one is worked on, which makes a round twice
as fast. With that, wider vectors than those of every x86-64 processor gain nothing (docs/experiments.md).
"""

from libc.math cimport exp, fabs
from libc.stdint cimport int32_t, int64_t
from libc.string cimport memset

from chude.kernels.compiled.lookup cimport prefetch

import numpy as np

cdef extern from *:
    """
    #include <math.h>
    #if defined(__GNUC__) || defined(__clang__)
        #define CHUDE_APART __restrict__
    #else
        #define CHUDE_APART
    #endif
    /* Add `value` times a row of weights to another; the compiler must know that they do not overlap. */
    static void chude_add_times(float* CHUDE_APART to, const float* CHUDE_APART row, float value, Py_ssize_t width) {
        for (Py_ssize_t block = 0; block < width; block += 8)
            for (int k = 0; k < 8; k++)
                to[block + k] += value * row[block + k];
    }
    /* Improve the dual variables of a sample that is 1 for the topics of sign 1, and -1 for others; write by how much its
       scores are to change, and return its largest projected gradient. */
    static float chude_improve(float* CHUDE_APART duals, const float* CHUDE_APART scores, const float* CHUDE_APART signs,
                               float* CHUDE_APART steps, float diagonal, float inverse, Py_ssize_t width) {
        float largest = 0;
        for (Py_ssize_t k = 0; k < width; k++) {
            float gradient = signs[k] * scores[k] - 1.0f + diagonal * duals[k];
            float below = gradient < 0 ? gradient : 0;
            float projected = fabsf(duals[k] > 0 ? gradient : below);
            float better = duals[k] - gradient * inverse;
            better = better > 0 ? better : 0;
            steps[k] = signs[k] * (better - duals[k]);
            duals[k] = better;
            largest = projected > largest ? projected : largest;
        }
        return largest;
    }
    """
    float improve_duals "chude_improve"(
        float* duals, const float* scores, const float* signs, float* steps, float diagonal, float inverse,
        Py_ssize_t width,
    ) noexcept nogil
    void add_times "chude_add_times"(float* to, const float* row, float value, Py_ssize_t width) noexcept nogil

cdef enum:
    LANES = 8  # topics of a row of weights are padded to a multiple of it
    LINE = 64  # bytes of a cache line
    AHEAD = 16  # weights asked for ahead of the term that is worked on
    INNER_STEPS = 50

cdef double INNER_TOLERANCE = 1e-6


cdef class Rows:
    # The rows, checked, and the weights of their terms; the last row of weights is that of the intercepts.
    cdef const int64_t[::1] indptr
    cdef const int32_t[::1] indices
    cdef const float[::1] values
    cdef const int32_t* first_index
    cdef const float* first_value
    cdef Py_ssize_t n, n_terms, n_topics, width
    cdef object all_weights
    cdef float[:, ::1] weights

    def __init__(
        self, const int64_t[::1] indptr not None, const int32_t[::1] indices not None,
        const float[::1] values not None, Py_ssize_t n_terms, Py_ssize_t n_topics,
    ):
        cdef Py_ssize_t i, j
        cdef bint fits = indptr.shape[0] > 0 and indices.shape[0] == values.shape[0] and n_terms >= 0 and n_topics > 0
        if fits:
            fits = indptr[0] == 0 and indptr[indptr.shape[0] - 1] == indices.shape[0]
            with nogil:
                for i in range(indptr.shape[0] - 1):
                    fits &= indptr[i] <= indptr[i + 1]
                for j in range(indices.shape[0]):
                    fits &= 0 <= indices[j] < n_terms
        if not fits:
            raise ValueError("the rows are not a CSR matrix")
        self.indptr, self.indices, self.values = indptr, indices, values
        if indices.shape[0] > 0:
            self.first_index, self.first_value = &indices[0], &values[0]
        self.n, self.n_terms, self.n_topics = indptr.shape[0] - 1, n_terms, n_topics
        self.width = (n_topics + LANES - 1) // LANES * LANES
        self.all_weights = aligned(n_terms + 1, self.width)
        self.weights = self.all_weights

    cdef int check(self, const int64_t[::1] order) except -1:
        cdef Py_ssize_t i
        cdef bint is_there = True
        for i in range(order.shape[0]):
            is_there &= 0 <= order[i] < self.n
        if not is_there:
            raise ValueError("there is no such sample")
        return 0

    cdef double square(self, Py_ssize_t i) noexcept nogil:
        cdef Py_ssize_t j
        cdef double total = 0
        for j in range(self.indptr[i], self.indptr[i + 1]):
            total += <double>self.values[j] * self.values[j]
        return total

    cdef inline void look_ahead(self, const int64_t* order, Py_ssize_t place, Py_ssize_t n_places) noexcept nogil:
        # Ask for the weights of the next sample, for the terms of the one after it, and for where still later ones lie.
        cdef const int64_t* indptr = &self.indptr[0]
        cdef const int32_t* indices = self.first_index
        cdef const float* weights = &self.weights[0, 0]
        cdef Py_ssize_t j, start, stop, width = self.width
        if place + 4 < n_places:
            prefetch(indptr + order[place + 4])
        if place + 2 < n_places:
            start, stop = indptr[order[place + 2]], indptr[order[place + 2] + 1]
            for j in range(min(4, (stop - start + 15) // 16)):  # cache lines, of 16 terms each
                prefetch(indices + start + 16 * j)
                prefetch(self.first_value + start + 16 * j)
        if place + 1 < n_places:
            start, stop = indptr[order[place + 1]], indptr[order[place + 1] + 1]
            for j in range(start, min(start + AHEAD, stop)):
                prefetch(weights + indices[j] * width)

    cdef inline void score(self, Py_ssize_t i, float bias, float* scores) noexcept nogil:
        cdef const int32_t* indices = self.first_index
        cdef const float* values = self.first_value
        cdef const float* weights = &self.weights[0, 0]
        cdef Py_ssize_t j, width = self.width, stop = self.indptr[i + 1]
        memset(scores, 0, width * sizeof(float))
        add_times(scores, weights + self.n_terms * width, bias, width)
        for j in range(self.indptr[i], stop):
            if j + AHEAD < stop:
                prefetch(weights + indices[j + AHEAD] * width)
            add_times(scores, weights + indices[j] * width, values[j], width)

    cdef inline void add(self, Py_ssize_t i, float bias, const float* steps) noexcept nogil:
        cdef const int32_t* indices = self.first_index
        cdef const float* values = self.first_value
        cdef float* weights = &self.weights[0, 0]
        cdef Py_ssize_t j, width = self.width
        add_times(weights + self.n_terms * width, steps, bias, width)
        for j in range(self.indptr[i], self.indptr[i + 1]):
            add_times(weights + indices[j] * width, steps, values[j], width)


cdef aligned(Py_ssize_t n_rows, Py_ssize_t width):
    """Return zeros, float32, that begin at a cache line: a row then lies on no more of them than it must."""
    room = np.zeros(n_rows * width + LINE // 4, dtype=np.float32)
    cdef Py_ssize_t start = (LINE - room.ctypes.data % LINE) // 4
    return room[start : start + n_rows * width].reshape(n_rows, width)


cdef class SvmDual:
    cdef Rows rows
    cdef object all_duals
    cdef float[:, ::1] all_lanes
    cdef const int64_t[::1] topics
    cdef float[::1] diagonal, inverse

    def __init__(
        self, indptr, indices, values, Py_ssize_t n_terms, const int64_t[::1] topics not None,
        const double[::1] costs not None, Py_ssize_t n_topics, duals=None,
    ):
        cdef Py_ssize_t i
        cdef bint fits
        self.rows = rows = Rows(indptr, indices, values, n_terms, n_topics)
        if topics.shape[0] != rows.n or costs.shape[0] != rows.n:
            raise ValueError("topics, costs and duals are one for each row")
        fits = True
        for i in range(rows.n):
            fits &= 0 <= topics[i] < n_topics and costs[i] > 0
        if not fits or (duals is not None and not (np.asarray(duals) >= 0).all()):
            raise ValueError(f"topics lie from 0 to {n_topics - 1}, costs above 0, duals from 0")
        self.topics = topics
        self.all_duals = aligned(rows.n, rows.width)
        self.all_lanes = self.all_duals
        self.diagonal, self.inverse = np.empty(rows.n, dtype=np.float32), np.empty(rows.n, dtype=np.float32)
        for i in range(rows.n):
            self.diagonal[i] = <float>(0.5 / costs[i])
            self.inverse[i] = <float>(1 / (rows.square(i) + 1 + 0.5 / costs[i]))
        # A lane that no topic has is far beyond its margin, so that it never moves.
        rows.all_weights[n_terms, n_topics:] = -2
        if duals is not None:
            if duals.shape != (rows.n, n_topics):
                raise ValueError("topics, costs and duals are one for each row")
            self.all_duals[:, :n_topics] = duals
            self.follow()

    cdef int follow(self) except -1:
        # Set the weights that follow from the dual variables.
        cdef Py_ssize_t i, k
        cdef float[::1] steps = np.zeros(self.rows.width, dtype=np.float32)
        with nogil:
            for i in range(self.rows.n):
                for k in range(self.rows.n_topics):
                    steps[k] = self.all_lanes[i, k] if k == self.topics[i] else -self.all_lanes[i, k]
                self.rows.add(i, 1, &steps[0])
        return 0

    def round(self, const int64_t[::1] order not None):
        cdef Py_ssize_t place
        cdef Rows rows = self.rows
        rows.check(order)
        found = np.empty(order.shape[0], dtype=np.float32)
        cdef float[::1] violations = found
        cdef float[:, ::1] scratch = np.full((3, rows.width), -1, dtype=np.float32)
        with nogil:
            for place in range(order.shape[0]):
                rows.look_ahead(&order[0], place, order.shape[0])
                if place + 2 < order.shape[0]:
                    prefetch(&self.all_lanes[order[place + 2], 0])
                    prefetch(&self.diagonal[order[place + 2]])
                    prefetch(&self.inverse[order[place + 2]])
                    prefetch(&self.topics[order[place + 2]])
                rows.score(order[place], 1, &scratch[0, 0])
                violations[place] = self.improve(order[place], &scratch[0, 0], &scratch[1, 0], &scratch[2, 0])
        return found

    cdef inline float improve(self, Py_ssize_t i, const float* scores, float* signs, float* steps) noexcept nogil:
        cdef float largest
        signs[self.topics[i]] = 1
        largest = improve_duals(
            &self.all_lanes[i, 0], scores, signs, steps, self.diagonal[i], self.inverse[i], self.rows.width
        )
        signs[self.topics[i]] = -1
        if largest > 0:
            self.rows.add(i, 1, steps)
        return largest

    def weights(self):
        return self.rows.all_weights[:, : self.rows.n_topics].copy()

    def duals(self):
        return self.all_duals[:, : self.rows.n_topics].copy()


cdef class LogisticDual:
    cdef Rows rows
    cdef float bias
    cdef const double[:, ::1] offsets
    cdef double[:, ::1] probabilities
    cdef const double[::1] costs
    cdef double[::1] stiffness

    def __init__(
        self, indptr, indices, values, Py_ssize_t n_terms, targets, const double[:, ::1] offsets not None,
        const double[::1] costs not None, double bias,
    ):
        cdef Py_ssize_t i
        self.rows = rows = Rows(indptr, indices, values, n_terms, offsets.shape[1])
        self.probabilities = np.array(targets, dtype=np.float64, order="C")
        if (
            offsets.shape[0] != rows.n or costs.shape[0] != rows.n or self.probabilities.shape[0] != rows.n
            or self.probabilities.shape[1] != rows.n_topics
        ):
            raise ValueError("targets, offsets and costs are one for each row")
        self.offsets, self.costs, self.bias = offsets, costs, bias
        self.stiffness = np.empty(rows.n)
        for i in range(rows.n):
            self.stiffness[i] = costs[i] * (rows.square(i) + bias * bias)

    def round(self, const int64_t[::1] order not None):
        cdef Py_ssize_t place
        cdef Rows rows = self.rows
        cdef double largest = 0
        rows.check(order)
        cdef float[:, ::1] sums = np.zeros((2, rows.width), dtype=np.float32)
        cdef double[:, ::1] scratch = np.empty((3, rows.n_topics))
        with nogil:
            for place in range(order.shape[0]):
                rows.look_ahead(&order[0], place, order.shape[0])
                rows.score(order[place], self.bias, &sums[0, 0])
                largest = max(largest, self.improve(order[place], &sums[0, 0], &sums[1, 0], scratch))
        return largest

    cdef inline double improve(
        self, Py_ssize_t i, const float* sums, float* steps, double[:, ::1] scratch
    ) noexcept nogil:
        # Improve the probabilities of a sample; return the largest change.
        cdef Py_ssize_t k, n_topics = self.rows.n_topics
        cdef double* before = &self.probabilities[i, 0]
        cdef double* scores = &scratch[0, 0]
        cdef double* better = &scratch[1, 0]
        cdef double largest = 0
        for k in range(n_topics):
            scores[k] = sums[k] + self.offsets[i, k]
        settle(scores, before, self.stiffness[i], better, &scratch[2, 0], n_topics)
        for k in range(n_topics):
            largest = max(largest, fabs(better[k] - before[k]))
            steps[k] = <float>(self.costs[i] * (before[k] - better[k]))
            before[k] = better[k]
        if largest > 0:
            self.rows.add(i, self.bias, steps)
        return largest

    def weights(self):
        weights = self.rows.all_weights[:, : self.rows.n_topics].copy()
        weights[self.rows.n_terms] *= np.float32(self.bias)
        return weights


cdef void settle(
    const double* scores, const double* before, double stiffness, double* better, double* softmax, Py_ssize_t n_topics
) noexcept nogil:
    # Find the probabilities that are the softmax of the scores they themselves lead to.
    cdef Py_ssize_t k
    cdef int step_number
    cdef double length = 1 / (1 + 0.5 * stiffness)
    cdef double highest, total, step, change
    for k in range(n_topics):
        better[k] = before[k]
    for step_number in range(INNER_STEPS):
        highest = scores[0] + stiffness * (before[0] - better[0])
        for k in range(n_topics):
            softmax[k] = scores[k] + stiffness * (before[k] - better[k])
            highest = max(highest, softmax[k])
        total = 0
        for k in range(n_topics):
            softmax[k] = exp(softmax[k] - highest)
            total += softmax[k]
        change = 0
        for k in range(n_topics):
            step = length * (softmax[k] / total - better[k])
            better[k] += step
            change = max(change, fabs(step))
        if change < INNER_TOLERANCE:
            break
