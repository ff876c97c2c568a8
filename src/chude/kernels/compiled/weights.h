/* The sum of the weights of a text's terms: the one loop of scoring that gains by wider vectors than all processors have. */
#include <stdint.h>
#include <stddef.h>

#include "processor.h"

/* Add ``factors[j] * weights[rows[j]]`` to `scores`, for each j. A record of `size` bytes begins with the weights of a
   term, padded to `width`, a multiple of 16. Four terms at a time share the loads and stores of the scores. */
static void chude_add_weights_anywhere(
    const int8_t *records, size_t size, size_t width, const int64_t *rows, const double *factors, size_t n_terms,
    double *scores
) {
    size_t j = 0;
    for (; j + 4 <= n_terms; j += 4) {
        const int8_t *a = records + (size_t)rows[j] * size, *b = records + (size_t)rows[j + 1] * size;
        const int8_t *c = records + (size_t)rows[j + 2] * size, *d = records + (size_t)rows[j + 3] * size;
        const double p = factors[j], q = factors[j + 1], r = factors[j + 2], s = factors[j + 3];
        for (size_t start = 0; start < width; start += 16)
            for (size_t k = start; k < start + 16; k++)
                scores[k] += ((p * a[k] + q * b[k]) + r * c[k]) + s * d[k];
    }
    for (; j < n_terms; j++) {
        const int8_t *a = records + (size_t)rows[j] * size;
        const double p = factors[j];
        for (size_t start = 0; start < width; start += 16)
            for (size_t k = start; k < start + 16; k++)
                scores[k] += p * a[k];
    }
}

#if CHUDE_HAS_VECTORS

/* Four products of a factor with weights. */
__attribute__((target("avx2")))
static inline __m256d chude_products(const int8_t *weights, __m256d factor) {
    int32_t four;
    __builtin_memcpy(&four, weights, 4);
    return _mm256_mul_pd(factor, _mm256_cvtepi32_pd(_mm_cvtepi8_epi32(_mm_cvtsi32_si128(four))));
}

/* As `chude_add_weights_anywhere`, to the same bits: the order of the additions is the same, and no multiplication is
   fused with an addition. 16 scores stay in registers for all terms; compilers do not see that they can. */
__attribute__((target("avx2")))
static void chude_add_weights_avx2(
    const int8_t *records, size_t size, size_t width, const int64_t *rows, const double *factors, size_t n_terms,
    double *scores
) {
    for (size_t start = 0; start < width; start += 16) {
        const int8_t *const weights = records + start;
        __m256d sums[4];
        size_t j = 0;
        for (int k = 0; k < 4; k++)
            sums[k] = _mm256_loadu_pd(scores + start + 4 * k);
        for (; j + 4 <= n_terms; j += 4) {
            const int8_t *a = weights + (size_t)rows[j] * size, *b = weights + (size_t)rows[j + 1] * size;
            const int8_t *c = weights + (size_t)rows[j + 2] * size, *d = weights + (size_t)rows[j + 3] * size;
            const __m256d p = _mm256_set1_pd(factors[j]), q = _mm256_set1_pd(factors[j + 1]);
            const __m256d r = _mm256_set1_pd(factors[j + 2]), s = _mm256_set1_pd(factors[j + 3]);
            for (int k = 0; k < 4; k++) {
                __m256d sum = _mm256_add_pd(chude_products(a + 4 * k, p), chude_products(b + 4 * k, q));
                sum = _mm256_add_pd(sum, chude_products(c + 4 * k, r));
                sums[k] = _mm256_add_pd(sums[k], _mm256_add_pd(sum, chude_products(d + 4 * k, s)));
            }
        }
        for (; j < n_terms; j++)
            for (int k = 0; k < 4; k++) {
                const int8_t *a = weights + (size_t)rows[j] * size;
                sums[k] = _mm256_add_pd(sums[k], chude_products(a + 4 * k, _mm256_set1_pd(factors[j])));
            }
        for (int k = 0; k < 4; k++)
            _mm256_storeu_pd(scores + start + 4 * k, sums[k]);
    }
}

/* Eight products of a factor with weights. */
__attribute__((target("avx512f,avx512dq")))
static inline __m512d chude_eight_products(const int8_t *weights, __m512d factor) {
    const __m128i eight = _mm_loadl_epi64((const __m128i *)weights);
    return _mm512_mul_pd(factor, _mm512_cvtepi64_pd(_mm512_cvtepi8_epi64(eight)));
}

/* As `chude_add_weights_avx2`, in vectors twice as long. */
__attribute__((target("avx512f,avx512dq")))
static void chude_add_weights_avx512(
    const int8_t *records, size_t size, size_t width, const int64_t *rows, const double *factors, size_t n_terms,
    double *scores
) {
    for (size_t start = 0; start < width; start += 16) {
        const int8_t *const weights = records + start;
        __m512d sums[2] = {_mm512_loadu_pd(scores + start), _mm512_loadu_pd(scores + start + 8)};
        size_t j = 0;
        for (; j + 4 <= n_terms; j += 4) {
            const int8_t *a = weights + (size_t)rows[j] * size, *b = weights + (size_t)rows[j + 1] * size;
            const int8_t *c = weights + (size_t)rows[j + 2] * size, *d = weights + (size_t)rows[j + 3] * size;
            const __m512d p = _mm512_set1_pd(factors[j]), q = _mm512_set1_pd(factors[j + 1]);
            const __m512d r = _mm512_set1_pd(factors[j + 2]), s = _mm512_set1_pd(factors[j + 3]);
            for (int k = 0; k < 2; k++) {
                __m512d sum = _mm512_add_pd(chude_eight_products(a + 8 * k, p), chude_eight_products(b + 8 * k, q));
                sum = _mm512_add_pd(sum, chude_eight_products(c + 8 * k, r));
                sums[k] = _mm512_add_pd(sums[k], _mm512_add_pd(sum, chude_eight_products(d + 8 * k, s)));
            }
        }
        for (; j < n_terms; j++)
            for (int k = 0; k < 2; k++) {
                const int8_t *a = weights + (size_t)rows[j] * size;
                sums[k] = _mm512_add_pd(sums[k], chude_eight_products(a + 8 * k, _mm512_set1_pd(factors[j])));
            }
        _mm512_storeu_pd(scores + start, sums[0]);
        _mm512_storeu_pd(scores + start + 8, sums[1]);
    }
}

#endif

static void chude_add_weights(
    const int8_t *records, size_t size, size_t width, const int64_t *rows, const double *factors, size_t n_terms,
    double *scores
) {
#if CHUDE_HAS_VECTORS
    const int vector_bytes = chude_vector_bytes();
    if (vector_bytes == 64) {
        chude_add_weights_avx512(records, size, width, rows, factors, n_terms, scores);
        return;
    }
    if (vector_bytes == 32) {
        chude_add_weights_avx2(records, size, width, rows, factors, n_terms, scores);
        return;
    }
#endif
    chude_add_weights_anywhere(records, size, width, rows, factors, n_terms, scores);
}
