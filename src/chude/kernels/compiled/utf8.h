/* Plain UTF-8 to 16-bit characters: one pass looks at every byte and its neighbours, a second one writes characters.

   Neither branches on what a byte is: letters of one, two and three bytes alternate in Vietnamese, so that a processor
   foresees no such branch. The first is plain C that compilers turn into vectors. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "processor.h"

enum {
    CHUDE_INVALID = 1,  /* no UTF-8, or NUL, or a character above U+FFFF */
    CHUDE_WIDE = 2,     /* a character above U+00FF */
    CHUDE_TONED = 4,    /* one of U+1EA0 to U+1EF9 */
    CHUDE_MAY_BE_ODD = 8,
    CHUDE_MARKUP = 16,  /* one of < { = */
};

/* So many bytes are looked at together; a compiler makes of them what vectors the processor has. */
typedef uint8_t chude_bytes __attribute__((vector_size(32)));
enum { CHUDE_STEP = sizeof(chude_bytes) };

static inline __attribute__((always_inline)) void chude_load(const uint8_t *place, chude_bytes *bytes) {
    memcpy(bytes, place, CHUDE_STEP);
}

/* Add to `flags` what each of some bytes is, after the two before it, and to `n_rest` whether it begins no character.
   Sequences are valid as table 3-7 of the Unicode standard says. What may be odd is told by its second byte alone. */
static inline __attribute__((always_inline)) void chude_look_at(
    const uint8_t *place, chude_bytes *flags, chude_bytes *n_rest
) {
    chude_bytes z, a, b;
    chude_load(place - 2, &z), chude_load(place - 1, &a), chude_load(place, &b);
    const chude_bytes is_rest = (chude_bytes)((b & 0xC0) == 0x80);
    const chude_bytes is_due = (chude_bytes)((a >= 0xC0) | (z >= 0xE0)), is_low = (chude_bytes)(b < 0xA0);
    const chude_bytes invalid = (is_rest ^ is_due) | (chude_bytes)(b >= 0xF0) | (chude_bytes)((b & 0xFE) == 0xC0)
        | (chude_bytes)(b == 0) | ((chude_bytes)(a == 0xE0) & is_low) | ((chude_bytes)(a == 0xED) & ~is_low);
    const chude_bytes toned = (chude_bytes)(z == 0xE1)
        & (((chude_bytes)(a == 0xBA) & ~is_low) | (chude_bytes)((a == 0xBB) & (b < 0xBA)));
    const chude_bytes after_c3 = (chude_bytes)(((b >= 0x83) & (b <= 0x86)) | (b == 0x9F) | (b == 0xAF) | (b == 0xB6)
        | (b == 0xB8) | (b == 0xBB));
    const chude_bytes may_be_odd = ((chude_bytes)(a == 0xC3) & after_c3) | (chude_bytes)((a == 0xC4) & (b == 0x82))
        | (chude_bytes)((b == 0xC2) | (b == 0xEF) | ((a == 0xA1) & (b == 0xC5)))
        | (chude_bytes)((a == '&') & ((b == '#') | (b >= 'A')));
    const chude_bytes markup = (chude_bytes)((b == '<') | (b == '{') | (b == '='));
    *flags |= (invalid & CHUDE_INVALID) | ((chude_bytes)(b >= 0xC4) & CHUDE_WIDE) | (toned & CHUDE_TONED)
        | (may_be_odd & CHUDE_MAY_BE_ODD) | (markup & CHUDE_MARKUP);
    *n_rest -= is_rest;  /* it is -1 where true */
}

static inline size_t chude_sum(const chude_bytes *numbers) {
    size_t sum = 0;
    for (int k = 0; k < CHUDE_STEP; k++)
        sum += (*numbers)[k];
    return sum;
}

/* Return the flags of all bytes together, and in `n_characters` how many begin a character. */
static inline __attribute__((always_inline)) unsigned chude_look_anywhere(
    const uint8_t *data, size_t size, size_t *n_characters
) {
    enum { MOST = 255 };  /* as far as a byte can count */
    chude_bytes flags = {0}, n_rest = {0};
    uint8_t room[3 * CHUDE_STEP];  /* for the first bytes, which have none before them, and the last ones */
    const size_t first = size < CHUDE_STEP ? size : CHUDE_STEP;
    size_t i, n = size;
    unsigned found = 0;
    memset(room, ' ', sizeof room);
    memcpy(room + 2, data, first);
    chude_look_at(room + 2, &flags, &n_rest);
    for (i = first; i + CHUDE_STEP <= size;) {
        for (int k = 1; k < MOST && i + CHUDE_STEP <= size; k++, i += CHUDE_STEP)
            chude_look_at(data + i, &flags, &n_rest);
        n -= chude_sum(&n_rest);
        n_rest = (chude_bytes){0};
    }
    /* Spaces behind the end show that no sequence is cut off there. */
    const size_t before = i < 2 ? i : 2;
    memset(room, ' ', sizeof room);
    memcpy(room + 2 - before, data + i - before, size - i + before);
    chude_look_at(room + 2, &flags, &n_rest);
    chude_look_at(room + 2 + CHUDE_STEP, &flags, &n_rest);
    n -= chude_sum(&n_rest);
    for (int k = 0; k < CHUDE_STEP; k++)
        found |= flags[k];
    *n_characters = n;
    return found;
}

#if CHUDE_HAS_VECTORS

/* The same, for processors with vectors of 32 bytes, and for those that have more instructions for such vectors. */
__attribute__((target("avx2")))
static unsigned chude_look_avx2(const uint8_t *data, size_t size, size_t *n_characters) {
    return chude_look_anywhere(data, size, n_characters);
}

__attribute__((target("avx512bw,avx512vl")))
static unsigned chude_look_avx512(const uint8_t *data, size_t size, size_t *n_characters) {
    return chude_look_anywhere(data, size, n_characters);
}

#endif

static unsigned chude_look(const uint8_t *data, size_t size, size_t *n_characters) {
#if CHUDE_HAS_VECTORS
    const int vector_bytes = chude_vector_bytes();
    if (vector_bytes == 64)
        return chude_look_avx512(data, size, n_characters);
    if (vector_bytes == 32)
        return chude_look_avx2(data, size, n_characters);
#endif
    return chude_look_anywhere(data, size, n_characters);
}

/* Whether a vowel is followed by what "acute", "grave", "tilde" or "circ" begins with. */
static inline int chude_is_marked_vowel(uint8_t vowel, uint8_t next) {
    const uint8_t v = vowel | 0x20;
    return (v == 'a' || v == 'e' || v == 'i' || v == 'o' || v == 'u' || v == 'y')
        && (next == 'a' || next == 'g' || next == 't' || next == 'c');
}

/* Whether there is anything in valid UTF-8 that has to be looked at before it is taken for well decoded: what letters begin
   with as HTML writes them (a number, as in "&#7871;", or a vowel and the first letter of its mark, or ETH), signs of fonts (o and u with a stroke, a circumflex or two dots, i with two dots, the signs of a trade mark
   and of a paragraph), U+FFFD, and what UTF-8 that was read wrongly has, a character of two bytes before one that begins
   with `b`. */
static int chude_is_odd(const uint8_t *data, size_t size) {
    uint8_t z = ' ', a = ' ';
    for (size_t i = 0; i < size; z = a, a = data[i], i++) {
        const uint8_t b = data[i];
        const int is_c2_c5 = b == 0xC2 || b == 0xC5;
        if ((a == '&' && b == '#') || (z == '&' && ((a == 'E' && b == 'T') || chude_is_marked_vowel(a, b))))
            return 1;
        if ((a == 0xC3 && (b == 0xB8 || b == 0xBB || b == 0xAF || b == 0xB6)) || (a == 0xC2 && (b == 0xAE || b == 0xB6)))
            return 1;
        if (z == 0xEF && a == 0xBF && b == 0xBD)
            return 1;
        if (((z == 0xC3 && a >= 0x83 && a <= 0x86) || (z == 0xC4 && a == 0x82))
            && (is_c2_c5 || b == 0xC6 || b == 0xCB || b == 0xE2))
            return 1;
        if ((z == 0xC3 && a == 0xA1 && is_c2_c5) || (z == 0xC2 && a == 0xB7 && (b == 0xC2 || b == 0xE2)))
            return 1;
        if (z == 0xC3 && a == 0x9F && b == 0xE2)
            return 1;
    }
    return 0;
}

static inline int chude_is_space(uint8_t byte) {
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Whether a text begins with a word that code, mail, pages or logs begin with, in small letters or capitals. */
static int chude_begins_with_keyword(const uint8_t *data, size_t size) {
    static const char *const keywords[] = {"alter", "begin", "commit", "copy", "create", "delete", "diff", "drop", "from",
        "import", "index", "insert", "lock", "msgid", "package", "pragma", "select", "set", "start", "traceback", "update",
        "use", "using", "version", "http/", "warc/"};
    for (size_t k = 0; k < sizeof keywords / sizeof *keywords; k++) {
        size_t i = 0;
        while (i < size && keywords[k][i] != '\0' && (data[i] >= 'A' && data[i] <= 'Z' ? data[i] | 0x20 : data[i]) == keywords[k][i])
            i++;
        if (keywords[k][i] == '\0')
            return 1;
    }
    return 0;
}

static inline int chude_is_digit(uint8_t byte) {
    return byte >= '0' && byte <= '9';
}

/* Whether a first word, with a space behind it, is one that lines of logs begin with: a date that begins with the year, an
   address, or a short month before a day. Numbers of three digits and more may be addresses. */
static int chude_begins_a_log(const uint8_t *data, size_t size, size_t word_size) {
    size_t n_digits = 0, n_address = 0;
    while (n_digits < word_size && chude_is_digit(data[n_digits]))
        n_digits++;
    if (n_digits == 4 && (data[4] == '-' || data[4] == '/'))
        return 1;
    while (n_address < word_size && (chude_is_digit(data[n_address]) || data[n_address] == '.'
        || ((data[n_address] | 0x20) >= 'a' && (data[n_address] | 0x20) <= 'f')))
        n_address++;
    if (n_address == word_size && word_size >= 3)
        return 1;
    return word_size == 3 && size >= 6 && data[0] >= 'A' && data[0] <= 'Z' && data[1] >= 'a' && data[1] <= 'z'
        && data[2] >= 'a' && data[2] <= 'z' && (data[4] == ' ' || chude_is_digit(data[4])) && chude_is_digit(data[5]);
}

/* Whether a text begins as prose does: after spaces and ends of lines with a word of at most 59 bytes and a space. It has
   no colon, and is none that begins something else; there is no tab in it or near it. */
static int chude_begins_as_prose(const uint8_t *data, size_t size) {
    enum { LONGEST_WORD = 59, FIRST_CELL = 121 };
    size_t start = 0, end;
    while (start < size && (data[start] == ' ' || data[start] == '\n' || data[start] == '\r'))
        start++;
    for (end = start; end < size && !chude_is_space(data[end]); end++)
        if (data[end] == ':' || end - start == LONGEST_WORD)
            return 0;
    if (end == start || end == size || data[end] != ' ' || memchr("[{<#\\%\"/.-", data[start], 10) != NULL)
        return 0;
    if (memchr(data + start, '\t', size - start < FIRST_CELL ? size - start : FIRST_CELL) != NULL)
        return 0;
    return !chude_begins_with_keyword(data + start, end - start)
        && !chude_begins_a_log(data + start, size - start, end - start);
}

/* Return the character that ends with the byte at `i`. */
static inline uint16_t chude_character(const uint8_t *data, size_t i) {
    uint32_t b = data[i], a, z;
    if (b < 0x80)
        return (uint16_t)b;
    a = data[i - 1], z = a < 0xC0 ? data[i - 2] : 0;
    return (uint16_t)(z << 12 | (a & 0x3F) << 6 | (b & 0x3F));
}

#if CHUDE_HAS_VECTORS

/* For eight flags, which bytes bring the flagged ones of eight 16-bit numbers together. */
static uint8_t chude_together[256][16];

static void chude_prepare(void) {
    for (int flags = 0; flags < 256; flags++)
        for (int k = 0, n = 0; k < 8; k++)
            if (flags >> k & 1) {
                chude_together[flags][2 * n] = (uint8_t)(2 * k);
                chude_together[flags][2 * n + 1] = (uint8_t)(2 * k + 1);
                n++;
            }
}

/* Write characters as long as 16 bytes of input and room for 16 characters are left; return how many. Each byte is taken
   for the last of a character, then those that are not are left out. */
__attribute__((target("avx2,popcnt")))
static size_t chude_write_vectors(const uint8_t *data, size_t size, size_t room, uint16_t *out, size_t *stopped) {
    const __m256i low6 = _mm256_set1_epi16(0x3F), top2 = _mm256_set1_epi16(0xC0), rest = _mm256_set1_epi16(0x80);
    size_t i = *stopped, n = 0;
    for (; i + 17 <= size && n + 16 <= room; i += 16) {
        const __m256i b = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(data + i)));
        const __m256i a = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(data + i - 1)));
        const __m256i z = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)(data + i - 2)));
        const __m128i next = _mm_loadu_si128((const __m128i *)(data + i + 1));
        const __m256i is_rest = _mm256_cmpeq_epi16(_mm256_and_si256(b, top2), rest);
        const __m256i is_third = _mm256_cmpeq_epi16(_mm256_and_si256(a, top2), rest);
        __m256i wide = _mm256_or_si256(
            _mm256_slli_epi16(_mm256_and_si256(a, low6), 6), _mm256_and_si256(b, low6));
        wide = _mm256_or_si256(wide, _mm256_and_si256(is_third, _mm256_slli_epi16(z, 12)));
        const __m256i all = _mm256_blendv_epi8(b, wide, is_rest);
        const unsigned ends = (unsigned)_mm_movemask_epi8(_mm_cmpgt_epi8(next, _mm_set1_epi8((char)0xBF)));
        const unsigned first = ends & 0xFF, second = ends >> 8;
        _mm_storeu_si128((__m128i *)(out + n), _mm_shuffle_epi8(
            _mm256_castsi256_si128(all), _mm_loadu_si128((const __m128i *)chude_together[first])));
        n += (size_t)__builtin_popcount(first);
        _mm_storeu_si128((__m128i *)(out + n), _mm_shuffle_epi8(
            _mm256_extracti128_si256(all, 1), _mm_loadu_si128((const __m128i *)chude_together[second])));
        n += (size_t)__builtin_popcount(second);
    }
    *stopped = i;
    return n;
}

#else

static void chude_prepare(void) {}

#endif

/* Write the `n_characters` of `data`, which `chude_look` found to be valid. */
static void chude_write(const uint8_t *data, size_t size, size_t n_characters, uint16_t *out) {
    size_t i = 0, n = 0;
    for (; i < size && i < 2; i++)
        if (i + 1 == size || (data[i + 1] & 0xC0) != 0x80)
            out[n++] = chude_character(data, i);
#if CHUDE_HAS_VECTORS
    if (chude_vector_bytes())
        n += chude_write_vectors(data, size, n_characters - n, out + n, &i);
#endif
    while (n < n_characters) {  /* a character is written over until its last byte */
        out[n] = chude_character(data, i);
        i++;
        n += i == size || (data[i] & 0xC0) != 0x80;
    }
}
