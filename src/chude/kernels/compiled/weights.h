/* The sum of the weights of a text's terms: the one loop that gains by wider vectors than every processor has. */
#include <stdint.h>
#include <stddef.h>

/* One copy for each kind of processor, chosen when the module is loaded. All give the same bits: the order of the
   additions is fixed, and no multiplication is fused with an addition. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__)
    #define CHUDE_FOR_EACH_PROCESSOR __attribute__((target_clones("avx2", "default")))
#else
    #define CHUDE_FOR_EACH_PROCESSOR
#endif

/* Add ``factors[j] * weights[rows[j]]`` to `scores`, for each j. A record of `size` bytes begins with the weights of a
   term, padded to `width`, a multiple of 16. Four terms at a time share the loads and stores of the scores. */
CHUDE_FOR_EACH_PROCESSOR
static void chude_add_weights(
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
