// Plain decimals and instants in the shapes that nearly all rows have; every other shape is left to the
// caller.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t separators_word(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

static inline uint64_t separators_load4(const uint8_t *bytes) {
    uint32_t word;
    memcpy(&word, bytes, 4);
    return word;
}

// The value of eight digits held in the word's bytes, the first in the lowest.
static inline uint64_t separators_eight_digits(uint64_t digits) {
    digits = digits * 10 + (digits >> 8);
    return (((digits & 0x000000FF000000FFULL) * (0x000F424000000064ULL)) +
            (((digits >> 16) & 0x000000FF000000FFULL) * (0x0000271000000001ULL))) >>
           32;
}

/// Reads `-12`, `7.5`, `.5`, `1234567` into millionths: at most eight characters after the sign, six
/// decimals, `mark` between units and decimals.
///
/// Gives 0 where the text is not of this shape, which does not mean that it is no number. Reads eight bytes
/// from the first digit on, which must be readable.
static inline int separators_small_decimal(const uint8_t *bytes, size_t length, uint8_t mark,
                                           int64_t *millionths) {
    static const uint64_t scales[8] = {1000000, 100000, 10000, 1000, 100, 10, 1, 0};
    if (__builtin_expect(length == 0, 0)) return 0;
    uint64_t negative = bytes[0] == '-';
    bytes += negative, length -= negative;
    if (__builtin_expect(length - 1 > 7, 0)) return 0;
    uint64_t word = separators_word(bytes) & (~0ULL >> (64 - 8 * length));
    uint64_t points = word ^ 0x0101010101010101ULL * mark;
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

/// Reads a plain decimal of any length into millionths: an optional sign in front, digits, `mark`, digits.
///
/// Gives 0 for every other shape, for decimals that are not zero beyond the sixth, and for what does not
/// fit.
static inline int separators_long_decimal(const uint8_t *bytes, size_t length, uint8_t mark,
                                          int64_t *millionths) {
    size_t at = 0, digits = 0, decimals = 0;
    int negative = 0, after_mark = 0;
    uint64_t value = 0;
    if (length > 0 && (bytes[0] == '-' || bytes[0] == '+')) negative = bytes[0] == '-', at = 1;
    for (; at < length; at++) {
        uint8_t digit = (uint8_t)(bytes[at] - '0');
        if (digit < 10) {
            digits++;
            if (after_mark && decimals == 6) {
                if (digit) return 0;
                continue;
            }
            decimals += (size_t)after_mark;
            // Below 10^18 the next digit cannot overflow 64 bits.
            if (value >= 1000000000000000000ULL) return 0;
            value = value * 10 + digit;
        } else if (bytes[at] == mark && !after_mark) {
            after_mark = 1;
        } else {
            return 0;
        }
    }
    if (digits == 0) return 0;
    for (; decimals < 6; decimals++)
        if (__builtin_mul_overflow(value, 10ULL, &value)) return 0;
    if (value > (uint64_t)INT64_MAX) return 0;
    *millionths = negative ? -(int64_t)value : (int64_t)value;
    return 1;
}

// Years are given as four bytes of digits, the first in the lowest.
static inline uint64_t separators_month_days(uint64_t month, uint64_t year) {
    if (month == 2) {
        uint64_t number =
            (year & 0xFF) * 1000 + (year >> 8 & 0xFF) * 100 + (year >> 16 & 0xFF) * 10 + (year >> 24);
        return number % 4 == 0 && (number % 100 != 0 || number % 400 == 0) ? 29 : 28;
    }
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/// Whether the bytes are `2026-11-23T20:15:00Z`; 0 for every other shape, the 29th and later, and leap
/// seconds.
static inline int separators_utc_instant(const uint8_t *bytes, size_t length) {
    if (length != 20) return 0;
    uint64_t date = separators_word(bytes), clock = separators_word(bytes + 8),
             rest = separators_word(bytes + 12);
    // dddd-dd-, ddTdd:dd, d:dd:ddZ: digits are turned to 0-9, marks to 0, anything else to something high.
    uint64_t a = date ^ 0x2D30302D30303030ULL, b = clock ^ 0x30303A3030543030ULL,
             c = rest ^ 0x5A30303A30303A30ULL;
    uint64_t wrong = ((a + 0x7F76767F76767676ULL) | a | (b + 0x76767F76767F7676ULL) | b |
                      (c + 0x7F76767F76767F76ULL) | c) &
                     0x8080808080808080ULL;
    if (__builtin_expect(wrong != 0, 0)) return 0;
    uint64_t month = ((a >> 40) & 0xFF) * 10 + ((a >> 48) & 0xFF);
    uint64_t day = (b & 0xFF) * 10 + ((b >> 8) & 0xFF);
    uint64_t hour = ((b >> 24) & 0xFF) * 10 + ((b >> 32) & 0xFF);
    uint64_t year = a & 0xFFFFFFFF;
    uint64_t days = 28 + (day > 28 && separators_month_days(month, year) >= day ? day - 28 : 0);
    return !((month - 1 > 11) | (day - 1 >= days) | (hour > 23) | (((b >> 48) & 0xFF) > 5) |
             (((c >> 40) & 0xFF) > 5) | (year == 0));
}

/// An instant in UTC as text, most significant byte first, so that the words order as the instants do.
typedef struct {
    uint64_t date;    // `2026-11-`
    uint64_t clock;   // `23T20:15`
    uint64_t second;  // `0:15:00Z`
} separators_instant;

// The bytes of an instant that was found sound, as they stand.
typedef struct {
    uint64_t date, clock, second;
} separators_known_time;

// None: the last two words share four bytes, which differ in these.
#define SEPARATORS_NO_TIME {0, 0, 1}

/// The words of an instant of twenty bytes.
static inline separators_instant separators_read_instant(const uint8_t *bytes) {
    separators_instant instant = {__builtin_bswap64(separators_word(bytes)),
                                  __builtin_bswap64(separators_word(bytes + 8)),
                                  __builtin_bswap64(separators_word(bytes + 12))};
    return instant;
}

/// Whether twenty bytes, taken for an instant, are newer than `newest`.
static inline int separators_is_newer(const uint8_t *bytes, const separators_instant *newest) {
    uint64_t date = __builtin_bswap64(separators_word(bytes));
    if (date != newest->date) return date > newest->date;
    uint64_t clock = __builtin_bswap64(separators_word(bytes + 8));
    if (clock != newest->clock) return clock > newest->clock;
    return __builtin_bswap64(separators_word(bytes + 12)) > newest->second;
}

static inline int separators_two_digits(const uint8_t *bytes, int64_t *value) {
    uint8_t tens = (uint8_t)(bytes[0] - '0'), ones = (uint8_t)(bytes[1] - '0');
    *value = tens * 10 + ones;
    return tens < 10 && ones < 10;
}

/// Reads any RFC 3339 instant with an offset (`2026-11-23 20:15:00.5+01:00`) into microseconds since 1970
/// in UTC; 0 for every other text, and for leap seconds.
static inline int separators_any_instant(const uint8_t *bytes, size_t length, int64_t *microseconds) {
    int64_t century, year, month, day, hour, minute, second, fraction = 0, offset = 0, hours, minutes;
    if (length < 20 || bytes[4] != '-' || bytes[7] != '-' || bytes[13] != ':' || bytes[16] != ':' ||
        (bytes[10] != 'T' && bytes[10] != 't' && bytes[10] != ' '))
        return 0;
    if (!separators_two_digits(bytes, &century) || !separators_two_digits(bytes + 2, &year) ||
        !separators_two_digits(bytes + 5, &month) || !separators_two_digits(bytes + 8, &day) ||
        !separators_two_digits(bytes + 11, &hour) || !separators_two_digits(bytes + 14, &minute) ||
        !separators_two_digits(bytes + 17, &second))
        return 0;
    uint64_t digits = separators_load4(bytes) ^ 0x30303030;
    year += century * 100;
    if (year < 1 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 ||
        day > (int64_t)separators_month_days((uint64_t)month, digits))
        return 0;
    size_t at = 19;
    if (bytes[at] == '.') {
        int64_t unit = 100000;
        for (at++; at < length && (uint8_t)(bytes[at] - '0') < 10; at++, unit /= 10)
            fraction += (bytes[at] - '0') * unit;
        if (at == 20 || at == length) return 0;
    }
    if (bytes[at] == 'Z' || bytes[at] == 'z') {
        if (at + 1 != length) return 0;
    } else if (bytes[at] == '+' || bytes[at] == '-') {
        if (at + 6 != length || bytes[at + 3] != ':' || !separators_two_digits(bytes + at + 1, &hours) ||
            !separators_two_digits(bytes + at + 4, &minutes) || hours > 23 || minutes > 59)
            return 0;
        offset = (hours * 3600 + minutes * 60) * (bytes[at] == '-' ? -1 : 1);
    } else {
        return 0;
    }
    // Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"; years are positive here.
    int64_t shifted = month <= 2 ? year - 1 : year, era = shifted / 400, of_era = shifted % 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t days = era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719468;
    *microseconds = (days * 86400 + hour * 3600 + minute * 60 + second - offset) * 1000000 + fraction;
    return 1;
}

/// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF).
static inline int separators_is_utf8(const uint8_t *bytes, size_t length) {
    size_t at = 0;
    while (at < length) {
        uint8_t first = bytes[at];
        if (first < 0x80) {
            at++;
            continue;
        }
        size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4 || length - at <= more) return 0;
        uint8_t second = bytes[at + 1];
        if (second < 0x80 || second > 0xBF) return 0;
        if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
            (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F))
            return 0;
        for (size_t j = 2; j <= more; j++)
            if ((bytes[at + j] & 0xC0) != 0x80) return 0;
        at += more + 1;
    }
    return 1;
}

/// Whether one of the bytes has its high bit set.
static inline int separators_has_high(const uint8_t *bytes, size_t length) {
    uint8_t any = 0;
    for (size_t at = 0; at < length; at++) any |= bytes[at];
    return any >= 0x80;
}

/// Whether one of the bytes must be escaped in a canonical key: a comma or 0x01.
static inline int separators_needs_escape(const uint8_t *bytes, size_t length) {
    uint8_t any = 0;
    for (size_t at = 0; at < length; at++) any |= (uint8_t)((bytes[at] == ',') | (bytes[at] == 1));
    return any;
}
