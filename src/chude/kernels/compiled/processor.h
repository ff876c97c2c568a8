/* What the processor can do beyond what every one of its kind can. */
#ifndef CHUDE_PROCESSOR_H
#define CHUDE_PROCESSOR_H

#if defined(__x86_64__) && defined(__GNUC__)
    #define CHUDE_HAS_AVX2 1
    #include <cpuid.h>
    #include <immintrin.h>

/* Whether it has vectors of 32 bytes, and the system keeps them. It is found out once: asking the processor takes long,
   most of all in a virtual machine. `__builtin_cpu_supports` says no wherever ziglang has compiled. */
static int chude_has_avx2(void) {
    static int known = -1;
    if (known < 0) {
        unsigned a, b, c, d, low = 0, high;
        int found = 0;
        if (__get_cpuid(1, &a, &b, &c, &d) && (c & bit_OSXSAVE) && (c & bit_POPCNT)) {
            __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
            found = (low & 6) == 6 && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_AVX2);
        }
        known = found;
    }
    return known;
}
#else
    #define CHUDE_HAS_AVX2 0
#endif

#endif
