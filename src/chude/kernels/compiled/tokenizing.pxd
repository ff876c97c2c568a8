# The loop that tokenizes one text, for all kernels that read texts.
#
# A token is a maximal run of letters and digits. Its hash is a polynomial of the codes of its letters, one
# multiplication a letter, mixed once at the end with the set of its tones; place and order of the tone marks are never
# seen, so that all spellings of a syllable give one hash. There is no branch on ordinary text: each character writes
# the token so far, and only the end of a token moves on.
#
# Two loops do so: `tokenize_composed` reads what nearly all texts are, and gives up at the first mark that is a character
# of its own; `tokenize_characters` reads everything.
from libc.stdint cimport int64_t, uint32_t, uint64_t

from chude.kernels.compiled.texts cimport Text, character

cdef enum:
    PLANE = 0x10000
    MATH_START = 0x1D400
    MATH_STOP = 0x1D800
    TABLE_SIZE = PLANE + MATH_STOP - MATH_START
    N_COMPOSED = 128  # codes of letters that a mark can change are below this
    N_MARKS = 4

cdef enum:
    ACCENTED_SHIFT = 62
    TONES_SHIFT = 25
    MIX_SHIFT = 32
    LETTER_I = 105
    LETTER_Y = 121
    EITHER_SHIFT = 60  # so far are the letters of the syllables of `Letters.either` shifted to be told apart
    N_EITHER = 16
    SEGMENT = 1024  # so many characters are read before the tokens in them are finished
    HALF = 32
    PLACE = 0xFFFF

cdef extern from *:
    """
    #define CHUDE_CODE UINT64_C(0xFFFF)
    #define CHUDE_SPECIAL (UINT64_C(1) << 56)
    #define CHUDE_TONES (UINT64_C(0x1F) << 57)
    #define CHUDE_ACCENTED (UINT64_C(1) << 62)
    #define CHUDE_INSIDE (UINT64_C(1) << 63)
    /* The constants are those of splitmix64 (Steele, Lea, Flood 2014). */
    #define CHUDE_FACTOR UINT64_C(0x94D049BB133111EB)
    #define CHUDE_MIX_FACTOR UINT64_C(0xBF58476D1CE4E5B9)
    """
    const uint64_t CODE "CHUDE_CODE"
    const uint64_t SPECIAL "CHUDE_SPECIAL"
    const uint64_t TONES "CHUDE_TONES"
    const uint64_t ACCENTED "CHUDE_ACCENTED"
    const uint64_t INSIDE "CHUDE_INSIDE"
    const uint64_t FACTOR "CHUDE_FACTOR"
    const uint64_t MIX_FACTOR "CHUDE_MIX_FACTOR"


cdef struct Letter:
    uint32_t code
    uint32_t is_separator


cdef struct Marks:
    uint32_t marks  # the upper half of an entry
    uint32_t mask  # all ones for a letter, 0 for a separator


cdef class Letters:
    cdef readonly object entries, compositions
    cdef readonly bint i_for_y
    cdef uint64_t[N_EITHER] either  # the letters of hy, ky, ly, my, sy, ty and quy, each at its place; otherwise 0
    cdef int fill_either(self) except -1
    cdef const uint64_t* table
    cdef const int64_t* composed
    # What `tokenize_composed` needs of the entries, laid out so that it computes none of it.
    cdef object parts
    cdef int fill_parts(self) except -1
    cdef const Letter* letters
    cdef const Marks* marks
    cdef uint64_t[SEGMENT + 1] powers  # of FACTOR, from -1
    cdef uint64_t[SEGMENT + 1] inverses  # powers of the inverse of FACTOR modulo 2 ** 64, from 0


cdef inline uint64_t entry_of(character point, const uint64_t* table) noexcept nogil:
    if character is uint32_t:
        if point >= PLANE:
            return table[PLANE + point - MATH_START] if MATH_START <= point < MATH_STOP else 0
    return table[point]


cdef inline Py_ssize_t tokenize_composed(
    const character* text, Py_ssize_t length, Letters letters, uint64_t* hashes, int64_t* n_accented
) noexcept nogil:
    # As `tokenize_characters`; -1 where a mark is a character of its own.
    #
    # Where c[i] are the codes of a token's letters, F is FACTOR and G its inverse modulo 2 ** 64, the token's polynomial
    # is the sum of c[i] * F ** (last - i), which is F ** last times the sum of c[i] * G ** i. Such a sum runs through all
    # tokens, as codes of separators are 0: what it gains in a token is that token's. So no multiplication has to wait for
    # the one before, as it has where a polynomial is computed letter by letter.
    cdef const Letter* codes = letters.letters
    cdef const Marks* all_marks = letters.marks
    cdef const uint64_t* powers = letters.powers
    cdef const uint64_t* inverses = letters.inverses
    cdef const uint64_t* either = letters.either
    cdef bint i_for_y = letters.i_for_y
    cdef uint64_t[SEGMENT + 1] sums  # the sum at the end of each token, and of what is empty between two separators
    cdef uint32_t[SEGMENT + 1] ends  # the marks of the token, and the place of the separator after it
    cdef uint64_t sum = 0, before, word, n
    cdef uint32_t marks = 0, seen = 0
    cdef Py_ssize_t start = 0, i, k, n_read, n_ended, n_tokens = 0
    cdef int64_t accented = 0
    while start < length:
        n_read = min(length - start, SEGMENT)
        n = 0
        for i in range(n_read):
            k = text[start + i]
            sums[n] = sum
            ends[n] = marks + <uint32_t>i
            n += codes[k].is_separator
            sum += codes[k].code * inverses[i]
            seen |= all_marks[k].marks
            marks = (marks | all_marks[k].marks) & all_marks[k].mask
        if seen & <uint32_t>(SPECIAL >> HALF):
            return -1
        start += n_read
        sums[n] = sum
        ends[n] = marks + <uint32_t>n_read
        n_ended = n + (start == length)
        before = 0
        for k in range(n_ended):
            word = (sums[k] - before) * powers[ends[k] & PLACE]
            before = sums[k]
            if i_for_y and word == either[word >> EITHER_SHIFT]:
                word -= LETTER_Y - LETTER_I
            hashes[n_tokens] = mixed(word, <uint64_t>ends[k] << HALF)
            n_tokens += ends[k] >> (HALF - 1)  # INSIDE: it has a letter
            accented += (ends[k] >> (ACCENTED_SHIFT - HALF)) & 1
        sum = (sum - before) * powers[n_read] * FACTOR  # a token that goes on in the next segment
    n_accented[0] = accented
    return n_tokens


cdef inline uint64_t mixed(uint64_t word, uint64_t marks) noexcept nogil:
    word = (word + ((marks & TONES) >> TONES_SHIFT)) * MIX_FACTOR
    return word ^ (word >> MIX_SHIFT)


cdef inline Py_ssize_t tokenize_characters(
    const character* text, Py_ssize_t length, Letters letters, uint64_t* hashes, int64_t* starts, int64_t* stops,
    int64_t* n_accented,
) noexcept nogil:
    # `hashes` has room for ``length + 4``. `starts` and `stops`, where they are not NULL, receive the places of the
    # tokens; they have room for ``length // 2 + 2``. Returns the number of tokens.
    cdef const uint64_t* table = letters.table
    cdef const int64_t* composed = letters.composed
    cdef uint64_t word = 0, marks = 0, code = 0, before = 0, entry, inside, letter
    cdef Py_ssize_t i = 0, n = 0, k  # n: twice the number of tokens, as each has its letters and its marks meanwhile
    cdef int64_t accented = 0
    while i < length:
        entry = entry_of(text[i], table)
        if entry & SPECIAL:  # a mark on the letter before
            if before & INSIDE:
                letter = <uint64_t>composed[code * N_MARKS + (entry & 3)] if code < N_COMPOSED else code
                marks |= entry | (ACCENTED if letter != code else 0)
                word += letter - code
                code = letter
            i += 1
            continue
        while True:  # as far as no mark comes: a loop of its own keeps all of it in registers
            hashes[n] = word
            hashes[n + 1] = marks
            if starts != NULL:
                if entry & ~before & INSIDE:
                    starts[n >> 1] = i
                stops[n >> 1] = i
            n += <Py_ssize_t>((before & ~entry) >> 63) << 1
            before = entry
            inside = <uint64_t>(<int64_t>entry >> 63)  # all ones in a token, 0 between tokens
            code = entry & CODE
            word = word * (FACTOR & inside) + code
            marks = (marks | entry) & inside
            i += 1
            if i >= length:
                break
            entry = entry_of(text[i], table)
            if entry & SPECIAL:
                break
    hashes[n] = word
    hashes[n + 1] = marks
    if before & INSIDE:
        if starts != NULL:
            stops[n >> 1] = length
        n += 2
    n >>= 1
    for k in range(n):
        marks = hashes[2 * k + 1]
        accented += (marks >> ACCENTED_SHIFT) & 1
        word = hashes[2 * k]
        if word == letters.either[word >> EITHER_SHIFT]:  # i in place of y spells the same syllable
            word -= LETTER_Y - LETTER_I
        hashes[k] = mixed(word, marks)
    n_accented[0] = accented
    return n


cdef inline Py_ssize_t tokenize_either_way(
    const character* text, Py_ssize_t length, Letters letters, uint64_t* hashes, int64_t* starts, int64_t* stops,
    int64_t* n_accented,
) noexcept nogil:
    cdef Py_ssize_t n = -1
    if character is not uint32_t:  # so all characters are in the tables
        if starts == NULL:
            n = tokenize_composed(text, length, letters, hashes, n_accented)
    return n if n >= 0 else tokenize_characters(text, length, letters, hashes, starts, stops, n_accented)


cdef inline Py_ssize_t tokenize_text(
    const Text* text, Letters letters, uint64_t* hashes, int64_t* starts, int64_t* stops, int64_t* n_accented
) noexcept nogil:
    if text.width == 1:
        return tokenize_either_way(
            <const unsigned char*>text.characters, text.length, letters, hashes, starts, stops, n_accented
        )
    if text.width == 2:
        return tokenize_either_way(
            <const unsigned short*>text.characters, text.length, letters, hashes, starts, stops, n_accented
        )
    return tokenize_either_way(
        <const unsigned int*>text.characters, text.length, letters, hashes, starts, stops, n_accented
    )
