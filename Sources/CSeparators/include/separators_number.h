// Plain decimals and instants in the shapes that nearly all rows have; every other shape is left to the caller.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t separators_word(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

// The value of eight digits held in the word's bytes, the first in the lowest.
static inline uint64_t separators_eight_digits(uint64_t digits) {
    digits = digits * 10 + (digits >> 8);
    return (((digits & 0x000000FF000000FFULL) * (0x000F424000000064ULL)) +
            (((digits >> 16) & 0x000000FF000000FFULL) * (0x0000271000000001ULL))) >> 32;
}

/// Reads `-12`, `7.5`, `.5`, `1234567` into millionths: at most eight characters after the sign, six decimals.
///
/// Gives 0 where the text is not of this shape, which does not mean that it is no number. Reads eight bytes from
/// the first digit on, which must be readable.
static inline int separators_small_decimal(const uint8_t *bytes, size_t length, int64_t *millionths) {
    static const uint64_t scales[8] = {1000000, 100000, 10000, 1000, 100, 10, 1, 0};
    if (__builtin_expect(length == 0, 0)) return 0;
    uint64_t negative = bytes[0] == '-';
    bytes += negative, length -= negative;
    if (__builtin_expect(length - 1 > 7, 0)) return 0;
    uint64_t word = separators_word(bytes) & (~0ULL >> (64 - 8 * length));
    uint64_t points = word ^ 0x2E2E2E2E2E2E2E2EULL;
    uint64_t low7 = 0x7f7f7f7f7f7f7f7fULL;
    uint64_t marks = ~((((points & low7) + low7) | points) | low7);
    uint64_t has_point = marks != 0;
    // The lowest mark; without one, beyond the end, so that nothing is cut out.
    uint64_t place = has_point ? (uint64_t)__builtin_ctzll(marks) >> 3 : length;
    uint64_t before = place >= 8 ? ~0ULL : (1ULL << 8 * place) - 1;
    uint64_t digits_count = length - has_point;
    uint64_t digits = (word & before) | ((word >> 8) & ~before);
    if (__builtin_expect(digits_count == 0, 0)) return 0;
    uint64_t decimals = length - has_point - place;
    digits ^= 0x3030303030303030ULL & (~0ULL >> (64 - 8 * digits_count));
    uint64_t bad = ((digits + 0x7676767676767676ULL) | digits) & 0x8080808080808080ULL;
    if (__builtin_expect((bad != 0) | (decimals > 6), 0)) return 0;
    uint64_t value = separators_eight_digits(digits << (64 - 8 * digits_count)) * scales[decimals];
    *millionths = (int64_t)((value ^ (0 - negative)) + negative);
    return 1;
}

typedef struct {
    uint64_t date_hour;  // `2026-11-` and `23T20:15`, most significant byte first, so that they order as instants do
    uint64_t minute;
    uint64_t second;
} separators_instant;

/// Checks `2026-11-23T20:15:00Z` and gives words that order as the instants do; 0 for every other shape.
///
/// The day of the month is checked up to 28; later ones are left to the caller, as are leap seconds.
static inline int separators_utc_instant(const uint8_t *bytes, size_t length, separators_instant *instant) {
    if (length != 20) return 0;
    uint64_t date = separators_word(bytes), clock = separators_word(bytes + 8), rest = separators_word(bytes + 12);
    // dddd-dd-, ddTdd:dd, d:dd:ddZ: digits are turned to 0-9, marks to 0, anything else to something high.
    uint64_t a = date ^ 0x2D30302D30303030ULL, b = clock ^ 0x30303A3030543030ULL, c = rest ^ 0x5A30303A30303A30ULL;
    uint64_t wrong = ((a + 0x7F76767F76767676ULL) | a | (b + 0x76767F76767F7676ULL) | b |
                      (c + 0x7F76767F76767F76ULL) | c) & 0x8080808080808080ULL;
    if (__builtin_expect(wrong != 0, 0)) return 0;
    uint64_t month = ((a >> 40) & 0xFF) * 10 + ((a >> 48) & 0xFF);
    uint64_t day = (b & 0xFF) * 10 + ((b >> 8) & 0xFF);
    uint64_t hour = ((b >> 24) & 0xFF) * 10 + ((b >> 32) & 0xFF);
    uint64_t year = a & 0xFFFFFFFF;
    if (__builtin_expect((month - 1 > 11) | (day - 1 > 27) | (hour > 23) | (((b >> 48) & 0xFF) > 5) |
                             (((c >> 32) & 0xFF) > 5) | (year == 0), 0))
        return 0;
    instant->date_hour = __builtin_bswap64(date);
    instant->minute = __builtin_bswap64(clock);
    instant->second = __builtin_bswap64(rest);
    return 1;
}
