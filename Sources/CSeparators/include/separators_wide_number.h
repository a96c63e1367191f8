// The same decimals and instants as in separators_number.h, sixteen bytes at a time (SSE4.1, part of AVX2).
#pragma once
#include "separators_number.h"

// For digits before and characters from the point on: where each of sixteen digits comes from, so that ten
// stand before the point and six after it. 0x80 gives a zero.
typedef struct {
    uint8_t places[11][8][16];
} separators_alignment;

static inline void separators_fill_alignment(separators_alignment *alignment) {
    for (int units = 0; units <= 10; units++)
        for (int rest = 0; rest <= 7; rest++)
            for (int place = 0; place < 16; place++) {
                int from = place < 10 ? place - (10 - units) : units + 1 + (place - 10);
                int is_there = place < 10 ? from >= 0 : place - 10 < rest - 1;
                alignment->places[units][rest][place] = is_there ? (uint8_t)from : 0x80;
            }
}

#if defined(__x86_64__)
#include <immintrin.h>

/// Reads a decimal of at most ten digits, a point and six digits after its sign; 0 where the shape is
/// another.
///
/// Reads sixteen bytes from the first digit on, which must be readable.
SEPARATORS_WIDE_TARGET
static inline __attribute__((always_inline)) int separators_wide_decimal(
    const uint8_t *bytes, size_t length, uint8_t mark, const separators_alignment *alignment,
    int64_t *millionths) {
    uint64_t negative = bytes[0] == '-';
    bytes += negative, length -= negative;
    if (__builtin_expect(length - 1 > 15, 0)) return 0;
    __m128i text = _mm_loadu_si128((const __m128i *)bytes);
    __m128i digits = _mm_sub_epi8(text, _mm_set1_epi8('0'));
    __m128i nine = _mm_set1_epi8(9);
    uint32_t own = (1u << length) - 1;
    uint32_t other = ~(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(digits, nine), digits)) & own;
    uint32_t point = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(text, _mm_set1_epi8((char)mark))) & own;
    uint32_t units = (uint32_t)__builtin_ctz(point | 1u << length);
    uint32_t rest = (uint32_t)length - units;
    // All that is no digit is one point; at least one digit; what the alignment has room for.
    uint32_t odd = (other ^ point) | (point & (point - 1)) | (other == own) | (units > 10) | (rest > 7);
    if (__builtin_expect(odd != 0, 0)) return 0;
    __m128i places = _mm_loadu_si128((const __m128i *)alignment->places[units][rest]);
    __m128i aligned = _mm_shuffle_epi8(digits, places);
    __m128i pairs = _mm_maddubs_epi16(aligned, _mm_set1_epi16(0x010A));
    __m128i fours = _mm_madd_epi16(pairs, _mm_set1_epi32(0x00010064));
    __m128i packed = _mm_packus_epi32(fours, fours);
    __m128i eights = _mm_madd_epi16(packed, _mm_set1_epi32(0x00012710));
    uint64_t both = (uint64_t)_mm_cvtsi128_si64(eights);
    uint64_t value = (both & 0xFFFFFFFF) * 100000000 + (both >> 32);
    *millionths = (int64_t)((value ^ (0 - negative)) + negative);
    return 1;
}

/// As separators_utc_instant(); reads 20 bytes.
SEPARATORS_WIDE_TARGET
static inline __attribute__((always_inline)) int separators_wide_instant(const uint8_t *bytes,
                                                                         size_t length) {
    if (__builtin_expect(length != 20, 0)) return 0;
    __m128i text = _mm_loadu_si128((const __m128i *)bytes);
    uint32_t tail = (uint32_t)separators_load4(bytes + 16);
    __m128i marks = _mm_setr_epi8(0, 0, 0, 0, '-', 0, 0, '-', 0, 0, 'T', 0, 0, ':', 0, 0);
    __m128i is_mark = _mm_setr_epi8(0, 0, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0);
    __m128i digits =
        _mm_shuffle_epi8(text, _mm_setr_epi8(0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 0, 0, 0, 0));
    digits = _mm_insert_epi16(digits, (int)(tail >> 8 & 0xFFFF), 6);
    digits = _mm_sub_epi8(digits, _mm_set1_epi8('0'));
    __m128i small = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(9)), digits);
    __m128i same = _mm_cmpeq_epi8(_mm_and_si128(text, is_mark), marks);
    __m128i pairs = _mm_maddubs_epi16(digits, _mm_set1_epi16(0x010A));
    // Century, year, month, day, hour, minute, second: never below the first row, never above the second.
    __m128i low = _mm_setr_epi16(0, 0, 1, 1, 0, 0, 0, 0);
    __m128i high = _mm_setr_epi16(99, 99, 12, 28, 23, 59, 59, 99);
    __m128i outside = _mm_or_si128(_mm_cmpgt_epi16(low, pairs), _mm_cmpgt_epi16(pairs, high));
    __m128i good = _mm_andnot_si128(outside, _mm_and_si128(small, same));
    uint32_t odd = (uint32_t)_mm_movemask_epi8(good) ^ 0xFFFF;
    odd |= (tail & 0xFF0000FF) ^ ((uint32_t)'Z' << 24 | ':');
    odd |= _mm_cvtsi128_si32(digits) == 0;
    // The 29th and later ask for the calendar.
    return __builtin_expect(odd == 0, 1) || separators_utc_instant(bytes, length);
}
#endif
