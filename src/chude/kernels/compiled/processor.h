/* What the processor can do beyond what every one of its kind can. */
#ifndef CHUDE_PROCESSOR_H
#define CHUDE_PROCESSOR_H

static int chude_most_vector_bytes = 64;  /* tests make it less, to compare what is written for each length */

#if defined(__x86_64__) && defined(__GNUC__)
    #define CHUDE_HAS_VECTORS 1
    #include <cpuid.h>
    #include <immintrin.h>

/* How long the vectors are that pay, in bytes: 64, 32, or 0. It is found out once: asking the processor takes long, most of all in
   a virtual machine. `__builtin_cpu_supports` says no wherever ziglang has compiled. The first processors with 64 bytes
   slow down where they are used; those with VBMI2 (Ice Lake, Zen 4 and later ones) do not. */
static int chude_vector_bytes(void) {
    enum { KEEPS_32 = 0x06, KEEPS_64 = 0xE6, VBMI2 = 1 << 6 };  /* what the system keeps; bits of xcr0 and of cpuid 7 */
    static int known = -1;
    if (known < 0) {
        const unsigned needed = bit_AVX512F | bit_AVX512DQ | bit_AVX512VL;
        unsigned a, b, c, d, low = 0, high;
        int found = 0;
        if (__get_cpuid(1, &a, &b, &c, &d) && (c & bit_OSXSAVE) && (c & bit_POPCNT)) {
            __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
            if ((low & KEEPS_32) == KEEPS_32 && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_AVX2))
                found = (low & KEEPS_64) == KEEPS_64 && (b & needed) == needed && (c & VBMI2) ? 64 : 32;
        }
        known = found;
    }
    return known < chude_most_vector_bytes ? known : chude_most_vector_bytes;
}
#else
    #define CHUDE_HAS_VECTORS 0
#endif

#endif
