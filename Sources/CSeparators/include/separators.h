// Indexes the separators of delimited text, 64 bytes a step.
//
// All functions are static inline. The wide form is compiled for AVX2, the widest for AVX-512; they may be
// called only where separators_has_wide() and separators_has_widest() say so. The word form runs everywhere,
// and all give the same answers.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define SEPARATORS_WIDE_TARGET __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt,pclmul")))
#endif

#include "separators_hash.h"
#include "separators_hash_bytes.h"
#include "separators_number.h"
#include "separators_wide_number.h"
#include "separators_rows.h"
#include "separators_bucket.h"

typedef struct {
    size_t count;     // separators written
    size_t newlines;  // how many of them end a row
    uint32_t flags;   // what was met in the stretch
} separators_result;

typedef struct {
    uint64_t inside;         // all ones within quotes
    uint64_t may_open;       // 1 where the byte before the step lets a quote open
    uint64_t just_closed;    // 1 where the byte before the step closed a quote
    uint64_t just_returned;  // 1 where the byte before the step was a carriage return outside quotes
} separators_carry;

// Drops separators within quotes. A quote must follow a separator or a closing quote to open, and must
// precede a separator, a carriage return or an opening quote to close; what breaks this is reported, not
// guessed. `inside` marks the bytes from an opening quote up to the one before its closing quote.
static inline void separators_quoted(uint64_t quotes, uint64_t inside, uint64_t returns, uint64_t newlines,
                                     uint64_t valid, uint64_t *separators, separators_carry *carry,
                                     uint32_t *flags) {
    if (quotes | carry->inside) *flags |= SEPARATORS_QUOTE;
    uint64_t opening = quotes & inside, closing = quotes & ~inside;
    uint64_t outside = *separators & ~inside;
    uint64_t openable = outside | closing;
    uint64_t after_closing = closing << 1 | carry->just_closed;
    uint64_t stray = opening & ~(openable << 1 | carry->may_open);
    uint64_t unended = after_closing & ~(outside | opening | returns) & valid;
    if ((returns | newlines) & inside) *flags |= SEPARATORS_INNER;
    if (returns) *flags |= SEPARATORS_RETURN;
    returns &= ~inside & ~quotes;
    uint64_t lone = (returns << 1 | carry->just_returned) & ~newlines & valid;
    if (stray | unended | lone) *flags |= SEPARATORS_IRREGULAR;
    carry->just_returned = returns >> 63;
    carry->inside = (uint64_t)((int64_t)inside >> 63);
    carry->may_open = openable >> 63;
    carry->just_closed = closing >> 63;
    *separators = outside;
}

// Writes the offsets of the set bits; overwrites up to 8 places after them.
#define SEPARATORS_FLATTEN(MASK, AT, OUT)                                               \
    do {                                                                                \
        uint64_t left_ = (MASK);                                                        \
        size_t found_ = (size_t)__builtin_popcountll(left_);                            \
        for (int j_ = 0; j_ < 8; j_++) {                                                \
            (OUT)[j_] = (uint32_t)(AT) + (uint32_t)__builtin_ctzll(left_ | 1ULL << 63); \
            left_ &= left_ - 1;                                                         \
        }                                                                               \
        if (__builtin_expect(found_ > 8, 0))                                            \
            for (size_t j_ = 8; j_ < found_; j_++) {                                    \
                (OUT)[j_] = (uint32_t)(AT) + (uint32_t)__builtin_ctzll(left_);          \
                left_ &= left_ - 1;                                                     \
            }                                                                           \
        (OUT) += found_;                                                                \
    } while (0)

// 0x80 in every byte of `word` that equals the byte repeated in `pattern`.
static inline uint64_t separators_equal8(uint64_t word, uint64_t pattern) {
    uint64_t x = word ^ pattern, low = 0x7f7f7f7f7f7f7f7fULL;
    return ~((((x & low) + low) | x) | low);
}

static inline uint64_t separators_gather8(uint64_t marks) {
    return ((marks >> 7) * 0x0102040810204080ULL) >> 56;
}

static inline uint64_t separators_prefix_xor(uint64_t bits) {
    for (int shift = 1; shift < 64; shift <<= 1) bits ^= bits << shift;
    return bits;
}

// The next 64 bytes of a stretch, filled up with zeros at its end; `valid` marks those that are its own.
static inline const uint8_t *separators_step(const uint8_t *bytes, size_t left, uint8_t *tail,
                                             uint64_t *valid) {
    *valid = ~0ULL;
    if (__builtin_expect(left >= 64, 1)) return bytes;
    memset(tail, 0, 64);
    memcpy(tail, bytes, left);
    *valid = (1ULL << left) - 1;
    return tail;
}

/// Writes the offset of every delimiter and newline outside quotes in `bytes[0..<length]`, which starts a
/// row.
///
/// `out` must hold `length` + 72 offsets; the place before it is used by separators_take_rows(). `quote` 0
/// stands for none; the delimiter is never 0.
static inline separators_result separators_index_words(const uint8_t *bytes, size_t length,
                                                       uint8_t delimiter, uint8_t quote, uint32_t *out) {
    const uint64_t every = 0x0101010101010101ULL;
    const uint64_t d = every * delimiter, n = every * '\n', q = every * quote, r = every * '\r';
    separators_result result = {0, 0, 0};
    separators_carry carry = {0, 1, 0, 0};
    uint32_t *start = out;
    uint8_t tail[64];
    for (size_t at = 0; at < length; at += 64) {
        uint64_t separators = 0, newlines = 0, quotes = 0, returns = 0, valid, any = 0;
        const uint8_t *step = separators_step(bytes + at, length - at, tail, &valid);
        for (int j = 0; j < 8; j++) {
            uint64_t word;
            memcpy(&word, step + 8 * j, 8);
            uint64_t line = separators_equal8(word, n);
            newlines |= separators_gather8(line) << 8 * j;
            separators |= separators_gather8(line | separators_equal8(word, d)) << 8 * j;
            quotes |= separators_gather8(separators_equal8(word, q)) << 8 * j;
            returns |= separators_gather8(separators_equal8(word, r)) << 8 * j;
            any |= word & 0x8080808080808080ULL;
            if (separators_equal8(word, every)) result.flags |= SEPARATORS_ESCAPE;
        }
        if (any) result.flags |= SEPARATORS_HIGH;
        if (quote == 0) quotes = 0;
        if (quotes | returns | carry.inside | carry.just_closed | carry.just_returned) {
            uint64_t inside = separators_prefix_xor(quotes) ^ carry.inside;
            separators_quoted(quotes, inside, returns, newlines, valid, &separators, &carry, &result.flags);
            newlines &= separators;
        } else {
            carry.may_open = separators >> 63;
        }
        result.newlines += (size_t)__builtin_popcountll(newlines);
        SEPARATORS_FLATTEN(separators, at, out);
    }
    result.count = (size_t)(out - start);
    return result;
}

#if defined(__x86_64__)
/// Whether separators_index_wide() may be called on this machine.
static inline int separators_has_wide(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("pclmul");
}

SEPARATORS_WIDE_TARGET
static inline __attribute__((always_inline)) uint64_t separators_wide_prefix_xor(uint64_t bits) {
    __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, (long long)bits), _mm_set1_epi8(-1), 0);
    return (uint64_t)_mm_cvtsi128_si64(product);
}

#define SEPARATORS_MASK(A, B, BYTE)                                             \
    ((uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8((A), (BYTE))) | \
     (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8((B), (BYTE))) << 32)

/// The same for AVX2.
SEPARATORS_WIDE_TARGET
static inline separators_result separators_index_wide(const uint8_t *bytes, size_t length,
                                                      uint8_t delimiter, uint8_t quote, uint32_t *out) {
    const __m256i d = _mm256_set1_epi8((char)delimiter), n = _mm256_set1_epi8('\n');
    const __m256i q = _mm256_set1_epi8((char)(quote ? quote : '\r')), r = _mm256_set1_epi8('\r');
    const __m256i one = _mm256_set1_epi8(1), zero = _mm256_setzero_si256();
    __m256i high = zero, escapes = zero, lines = zero;
    separators_result result = {0, 0, 0};
    separators_carry carry = {0, 1, 0, 0};
    uint32_t *start = out;
    uint8_t tail[64];
    for (size_t at = 0; at < length; at += 64) {
        uint64_t valid;
        const uint8_t *step = separators_step(bytes + at, length - at, tail, &valid);
        __m256i a = _mm256_loadu_si256((const __m256i *)step);
        __m256i b = _mm256_loadu_si256((const __m256i *)(step + 32));
        __m256i line_a = _mm256_cmpeq_epi8(a, n), line_b = _mm256_cmpeq_epi8(b, n);
        __m256i either_a = _mm256_or_si256(line_a, _mm256_cmpeq_epi8(a, d));
        __m256i either_b = _mm256_or_si256(line_b, _mm256_cmpeq_epi8(b, d));
        __m256i odd_a = _mm256_or_si256(_mm256_cmpeq_epi8(a, q), _mm256_cmpeq_epi8(a, r));
        __m256i odd_b = _mm256_or_si256(_mm256_cmpeq_epi8(b, q), _mm256_cmpeq_epi8(b, r));
        __m256i odd = _mm256_or_si256(odd_a, odd_b);
        __m256i escaped = _mm256_or_si256(_mm256_cmpeq_epi8(a, one), _mm256_cmpeq_epi8(b, one));
        uint64_t separators = (uint64_t)(uint32_t)_mm256_movemask_epi8(either_a) |
                              (uint64_t)(uint32_t)_mm256_movemask_epi8(either_b) << 32;
        high = _mm256_or_si256(high, _mm256_or_si256(a, b));
        escapes = _mm256_or_si256(escapes, escaped);
        if (__builtin_expect(
                !_mm256_testz_si256(odd, odd) || (carry.inside | carry.just_closed | carry.just_returned),
                0)) {
            uint64_t quotes = quote ? SEPARATORS_MASK(a, b, q) : 0;
            uint64_t returns = SEPARATORS_MASK(a, b, r), newlines = SEPARATORS_MASK(a, b, n);
            uint64_t inside = separators_wide_prefix_xor(quotes) ^ carry.inside;
            separators_quoted(quotes, inside, returns, newlines, valid, &separators, &carry, &result.flags);
            result.newlines += (size_t)__builtin_popcountll(newlines & separators);
        } else {
            carry.may_open = separators >> 63;
            __m256i met_lines = _mm256_sub_epi8(zero, _mm256_add_epi8(line_a, line_b));
            lines = _mm256_add_epi64(lines, _mm256_sad_epu8(met_lines, zero));
        }
        SEPARATORS_FLATTEN(separators, at, out);
    }
    uint64_t sums[4];
    _mm256_storeu_si256((__m256i *)sums, lines);
    result.newlines += (size_t)(sums[0] + sums[1] + sums[2] + sums[3]);
    if (_mm256_movemask_epi8(high)) result.flags |= SEPARATORS_HIGH;
    if (!_mm256_testz_si256(escapes, escapes)) result.flags |= SEPARATORS_ESCAPE;
    result.count = (size_t)(out - start);
    return result;
}

/// Whether separators_index_widest() may be called on this machine.
static inline int separators_has_widest(void) {
    return separators_has_wide() && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vbmi2");
}

/// The same for AVX-512, in whose masks a step has one bit for each of its bytes.
__attribute__((target("avx512f,avx512bw,avx512vbmi2,avx2,bmi,bmi2,popcnt,lzcnt,pclmul")))
static inline separators_result separators_index_widest(const uint8_t *bytes, size_t length,
                                                        uint8_t delimiter, uint8_t quote, uint32_t *out) {
    const __m512i d = _mm512_set1_epi8((char)delimiter), n = _mm512_set1_epi8('\n');
    const __m512i q = _mm512_set1_epi8((char)(quote ? quote : '\r')), r = _mm512_set1_epi8('\r');
    const __m512i one = _mm512_set1_epi8(1);
    uint8_t numbers[64];
    for (int i = 0; i < 64; i++) numbers[i] = (uint8_t)i;
    const __m512i places = _mm512_loadu_si512(numbers);
    __m512i high = _mm512_setzero_si512(), nearest = one;
    separators_result result = {0, 0, 0};
    separators_carry carry = {0, 1, 0, 0};
    uint32_t *start = out;
    uint8_t tail[64];
    for (size_t at = 0; at < length; at += 64) {
        uint64_t valid;
        __m512i step = _mm512_loadu_si512(separators_step(bytes + at, length - at, tail, &valid));
        uint64_t newlines = _mm512_cmpeq_epi8_mask(step, n);
        uint64_t separators = newlines | _mm512_cmpeq_epi8_mask(step, d);
        uint64_t returns = _mm512_cmpeq_epi8_mask(step, r), quotes = _mm512_cmpeq_epi8_mask(step, q);
        high = _mm512_or_si512(high, step);
        // 0 where a byte was 1.
        nearest = _mm512_min_epu8(nearest, _mm512_xor_si512(step, one));
        if (__builtin_expect(
                (quotes | returns | carry.inside | carry.just_closed | carry.just_returned) != 0, 0)) {
            if (!quote) quotes = 0;
            uint64_t inside = separators_wide_prefix_xor(quotes) ^ carry.inside;
            separators_quoted(quotes, inside, returns, newlines, valid, &separators, &carry, &result.flags);
            newlines &= separators;
        } else {
            carry.may_open = separators >> 63;
        }
        result.newlines += (size_t)__builtin_popcountll(newlines);
        size_t found = (size_t)__builtin_popcountll(separators);
        __m512i packed = _mm512_maskz_compress_epi8(separators, places), base = _mm512_set1_epi32((int)at);
        // Writes up to 16 places too many.
        _mm512_storeu_si512(
            out, _mm512_add_epi32(_mm512_cvtepu8_epi32(_mm512_castsi512_si128(packed)), base));
        if (__builtin_expect(found > 16, 0)) {
            _mm512_storeu_si512(numbers, packed);
            for (size_t j = 16; j < found; j++) out[j] = (uint32_t)at + numbers[j];
        }
        out += found;
    }
    if (_mm512_movepi8_mask(high)) result.flags |= SEPARATORS_HIGH;
    if (_mm512_testn_epi8_mask(nearest, nearest)) result.flags |= SEPARATORS_ESCAPE;
    result.count = (size_t)(out - start);
    return result;
}
#else
static inline int separators_has_wide(void) { return 0; }
static inline int separators_has_widest(void) { return 0; }

static inline separators_result separators_index_widest(const uint8_t *bytes, size_t length,
                                                        uint8_t delimiter, uint8_t quote, uint32_t *out) {
    return separators_index_words(bytes, length, delimiter, quote, out);
}

static inline separators_result separators_index_wide(const uint8_t *bytes, size_t length,
                                                      uint8_t delimiter, uint8_t quote, uint32_t *out) {
    return separators_index_words(bytes, length, delimiter, quote, out);
}
#endif
