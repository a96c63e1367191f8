// Reads the rows of an indexed stretch into columns as long as they are ordinary; an odd one stops it, and
// the caller reads that one with care. Nothing is guessed: what is accepted here means what the slow reader
// says.
#pragma once
#include "separators_hash.h"
#include "separators_number.h"

enum {
    SEPARATORS_QUOTE = 1,      // a quote
    SEPARATORS_HIGH = 2,       // a byte of 0x80 or above
    SEPARATORS_IRREGULAR = 4,  // a quote that neither opens nor closes a field, or a lone carriage return
    SEPARATORS_ESCAPE = 8,     // a byte 0x01, which canonical keys escape
    SEPARATORS_INNER = 16,     // a line end within quotes
    SEPARATORS_RETURN = 32,    // a carriage return
};

enum {
    SEPARATORS_EMPTY_ON_HAND = 1,  // an empty quantity on hand is zero
    SEPARATORS_EMPTY_OTHER = 2,    // an empty deduction is none
};

/// The column with what is on hand at a location, and that location in canonical form, which is followed by
/// 32 bytes that may be read.
typedef struct {
    const uint8_t *name;
    uint32_t length;
    int32_t column;
} separators_site;

/// Where the columns stand (counted from 0; -1 where there is none), and how fields are written.
typedef struct {
    int32_t sku, location, unit, bin, on_hand, committed, unusable, as_of, width;
    uint8_t delimiter, quote, mark;
    uint8_t is_key_in_place;    // the parts of the key side by side, commas between, nothing to normalise
    uint8_t strips_zeros;       // bit 0 SKU, bit 1 location, bit 2 unit, bit 3 bin
    uint8_t is_utf8;            // otherwise text beyond ASCII is odd
    uint8_t has_rfc3339_times;  // otherwise a stated time is odd
    uint8_t is_time_apart;      // the column of times has nothing else that counts
    uint8_t empties;
    size_t row_bytes_max;
    uint64_t salt;  // another one for all that makes the same bytes mean something else
    int64_t constant_net;
    const uint8_t *constants[4];  // for SKU, location, unit, bin without a column
    size_t constant_lengths[4];
    const separators_site *sites;  // where one row states several locations
    uint32_t site_count;
} separators_shape;

/// The columns to fill, and how far they are filled.
typedef struct {
    separators_digest *digests;  // of the canonical keys
    uint64_t *rests;             // hashes of what else stands in the rows
    const uint8_t **keys;
    uint32_t *key_lengths;
    uint32_t *places;  // which separator is the row's first
    uint16_t *sites;   // which of its locations a row is of, where it states several
    int64_t *lines;
    size_t count, capacity;
    uint8_t *arena;
    size_t arena_count, arena_capacity;
    // Rows whose instants, if they are sound, are newer than these.
    uint16_t *newer;
    size_t newer_count;
    separators_instant newest;
    int64_t newest_microseconds;
} separators_rows;

typedef struct {
    const uint8_t *base;
    const uint32_t *separators;  // from the row's first on; before it stands the end of the row before
    uint32_t flags;              // what was met in the stretch
} separators_row;

typedef struct {
    const uint8_t *bytes;
    size_t length;
} separators_field;

static inline __attribute__((always_inline)) separators_field
separators_raw_field(const separators_row *row, const separators_shape *shape, int32_t column) {
    // The arithmetic is modulo 2^32: before the row at 0 stands -1.
    uint32_t start = row->separators[column - 1] + 1, end = row->separators[column];
    // The carriage return of a line end is no part of the last field.
    if ((row->flags & SEPARATORS_RETURN) && column == shape->width - 1 && end > start &&
        row->base[end - 1] == '\r')
        end--;
    separators_field field = {row->base + start, end - start};
    return field;
}

// The field without its quotes; 0 where quotes are doubled within.
static inline int separators_content(const separators_row *row, const separators_shape *shape,
                                     int32_t column, separators_field *field) {
    *field = separators_raw_field(row, shape, column);
    if (!(row->flags & SEPARATORS_QUOTE) || field->length == 0 || field->bytes[0] != shape->quote) return 1;
    if (field->length < 2 || field->bytes[field->length - 1] != shape->quote) return 0;
    field->bytes++, field->length -= 2;
    return memchr(field->bytes, shape->quote, field->length) == NULL;
}

static inline void separators_trim(separators_field *field) {
    while (field->length > 0 && (field->bytes[0] == ' ' || field->bytes[0] == '\t'))
        field->bytes++, field->length--;
    while (field->length > 0 &&
           (field->bytes[field->length - 1] == ' ' || field->bytes[field->length - 1] == '\t'))
        field->length--;
}

static inline int separators_is_text(separators_field field, uint32_t flags,
                                     const separators_shape *shape) {
    if (!(flags & SEPARATORS_HIGH) || !separators_has_high(field.bytes, field.length)) return 1;
    return shape->is_utf8 && separators_is_utf8(field.bytes, field.length);
}

// A quantity that the quick form did not take: quoted, blank, with a plus, or longer.
static inline __attribute__((noinline)) int separators_other_quantity(const separators_row *row,
                                                                      const separators_shape *shape,
                                                                      int32_t column, int empty,
                                                                      int64_t *value) {
    separators_field field;
    if (!separators_content(row, shape, column, &field)) return 0;
    separators_trim(&field);
    if (field.length == 0) {
        *value = 0;
        return shape->empties & empty;
    }
    return separators_long_decimal(field.bytes, field.length, shape->mark, value);
}

// This many bytes of a part are copied at once, however long it is: few parts are longer.
#define SEPARATORS_PART 32

// A part of the key as it stands in a column, bit `part` of strips_zeros its own; 0 where it is odd.
static inline __attribute__((always_inline)) int separators_key_column(const separators_row *row,
                                                                       const separators_shape *shape, int part,
                                                                       int32_t column,
                                                                       separators_field *field) {
    *field = separators_raw_field(row, shape, column);
    int is_quoted =
        (row->flags & SEPARATORS_QUOTE) && field->length > 0 && field->bytes[0] == shape->quote;
    if (is_quoted && !separators_content(row, shape, column, field)) return 0;
    if (field->length > 0 && ((field->bytes[0] <= ' ') | (field->bytes[field->length - 1] <= ' ')))
        separators_trim(field);
    if (shape->strips_zeros >> part & 1)
        while (field->length > 1 && field->bytes[0] == '0') field->bytes++, field->length--;
    if (!separators_is_text(*field, row->flags, shape)) return 0;
    // A comma can stand in a field only within quotes, or where it does not separate.
    return !((is_quoted || shape->delimiter != ',' || (row->flags & SEPARATORS_ESCAPE)) &&
             separators_needs_escape(field->bytes, field->length));
}

// Copies a part behind `target` and gives its end; 32 bytes of a short one, which must be writable.
static inline __attribute__((always_inline)) uint8_t *separators_copy_part(uint8_t *target,
                                                                           const uint8_t *bytes,
                                                                           size_t length, size_t readable) {
    if (__builtin_expect(length <= SEPARATORS_PART && readable >= SEPARATORS_PART, 1))
        memcpy(target, bytes, SEPARATORS_PART);
    else
        memcpy(target, bytes, length);
    return target + length;
}

// Puts the key together in the arena; 0 where a part is odd or the arena is full.
static inline __attribute__((noinline)) int separators_assemble_key(const separators_row *row,
                                                                    const separators_shape *shape,
                                                                    separators_rows *rows,
                                                                    separators_field *key) {
    const int32_t columns[4] = {shape->sku, shape->location, shape->unit, shape->bin};
    uint8_t *target = rows->arena + rows->arena_count, *limit = rows->arena + rows->arena_capacity;
    key->bytes = target;
    for (int i = 0; i < 4; i++) {
        separators_field field = {shape->constants[i], shape->constant_lengths[i]};
        size_t readable = field.length;
        if (columns[i] >= 0) {
            if (!separators_key_column(row, shape, i, columns[i], &field)) return 0;
            if (i == 0 && field.length == 0) return 0;
            // Rows are followed by bytes that may be read.
            readable = SEPARATORS_PART;
        }
        // A key without a bin has no comma for it.
        if (i == 3 && field.length == 0) break;
        if ((size_t)(limit - target) < field.length + SEPARATORS_PART + 1) return 0;
        if (i > 0) *target++ = ',';
        target = separators_copy_part(target, field.bytes, field.length, readable);
    }
    key->length = (size_t)(target - key->bytes);
    rows->arena_count += key->length;
    return 1;
}

// An instant that the quick form did not take; 0 where it needs care.
static inline __attribute__((noinline)) int separators_other_instant(const separators_row *row,
                                                                     const separators_shape *shape) {
    separators_field field;
    if (!separators_content(row, shape, shape->as_of, &field)) return 0;
    separators_trim(&field);
    int64_t microseconds;
    if (field.length == 0) return 1;
    return shape->has_rfc3339_times && separators_any_instant(field.bytes, field.length, &microseconds);
}

// Whether every `width` separators end with a newline. Where there are as many newlines as that, each row has
// `width` columns: with less than this, rows with too few could be made up for by others with too many.
static inline int separators_are_even(const uint8_t *base, const uint32_t *separators, size_t count,
                                      size_t width) {
    uint8_t other = 0;
    for (size_t at = width - 1; at < count; at += width) other |= base[separators[at]] ^ '\n';
    return other == 0;
}

// Whether a row has a sound time in another shape than the usual one, and whether it may be the newest; of a
// time that cannot be read here, the caller finds out.
static inline __attribute__((noinline)) int separators_other_time(const separators_row *row,
                                                                  const separators_shape *shape,
                                                                  const separators_rows *rows, int *is_newer) {
    separators_field field;
    int64_t microseconds;
    *is_newer = 1;
    if (!separators_content(row, shape, shape->as_of, &field)) return 0;
    separators_trim(&field);
    *is_newer = field.length > 0;
    if (!shape->has_rfc3339_times || !separators_any_instant(field.bytes, field.length, &microseconds)) return 0;
    *is_newer = microseconds > rows->newest_microseconds;
    return 1;
}

// The hash of what stands in a row beside its key, bound to the key and to what the bytes mean; never 0. An
// equal hash under the same seeds means equal bytes under the same format and columns. Reads up to sixteen
// bytes.
static inline __attribute__((always_inline)) uint64_t separators_hash_rest(const uint8_t *bytes,
                                                                           size_t length,
                                                                           separators_digest key,
                                                                           uint64_t salt,
                                                                           const uint64_t *s) {
    uint64_t state = key.first ^ salt ^ length;
    for (; __builtin_expect(length > 32, 0); bytes += 16, length -= 16)
        state = separators_fold(separators_word(bytes) ^ s[3], separators_word(bytes + 8) ^ state) + s[4];
    uint64_t sum;
    if (length >= 16) {
        sum = separators_fold(separators_word(bytes) ^ s[5], separators_word(bytes + 8) ^ s[6] ^ state) +
              separators_fold(separators_word(bytes + length - 16) ^ s[7],
                              separators_word(bytes + length - 8) ^ s[8]);
    } else {
        // Rows are followed by bytes that may be read. Lengths alternate: a branch for each would be guessed.
        static const uint8_t own[32] = {[0 ... 15] = 0xFF};
        const uint8_t *mask = own + 16 - length;
        sum = separators_fold((separators_word(bytes) & separators_word(mask)) ^ s[5],
                              (separators_word(bytes + 8) & separators_word(mask + 8)) ^ s[6] ^ state);
    }
    return separators_fold(sum ^ s[9], key.second ^ s[10]) | 1;
}

#define SEPARATORS_BEFORE_TIME 0x7b1f5ac36d29e84bULL
#define SEPARATORS_AFTER_TIME 0xd3068b97c41e72f5ULL

// The same without a stated time, which stands in `bytes` and is known to be sound: rows that differ in it
// alone have equal hashes, which are none of a row whose time is missing or left in.
static inline __attribute__((always_inline)) uint64_t
separators_hash_timeless(const uint8_t *bytes, size_t length, separators_field time, separators_digest key,
                         uint64_t salt, const uint64_t *s) {
    size_t before = (size_t)(time.bytes - bytes), after = length - before - time.length;
    if (before > 0) {
        salt ^= SEPARATORS_BEFORE_TIME;
        uint64_t hash = separators_hash_rest(bytes, before, key, salt, s);
        if (after == 0) return hash;
        salt ^= hash;
    }
    return separators_hash_rest(time.bytes + time.length, after, key, salt ^ SEPARATORS_AFTER_TIME, s);
}

#define SEPARATORS_FORM(NAME) NAME##_words
#define SEPARATORS_DECIMAL(FIELD, VALUE) \
    separators_small_decimal((FIELD).bytes, (FIELD).length, shape->mark, (VALUE))
#define SEPARATORS_INSTANT(FIELD) separators_utc_instant((FIELD).bytes, (FIELD).length)
#include "separators_rows_form.h"
#include "separators_sites_form.h"
#undef SEPARATORS_FORM
#undef SEPARATORS_DECIMAL
#undef SEPARATORS_INSTANT

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt,pclmul"))), \
                             apply_to = function)
#define SEPARATORS_FORM(NAME) NAME##_wide
#define SEPARATORS_DECIMAL(FIELD, VALUE) \
    separators_wide_decimal((FIELD).bytes, (FIELD).length, shape->mark, alignment, (VALUE))
#define SEPARATORS_INSTANT(FIELD) separators_wide_instant((FIELD).bytes, (FIELD).length)
#include "separators_rows_form.h"
#include "separators_sites_form.h"
#undef SEPARATORS_FORM
#undef SEPARATORS_DECIMAL
#undef SEPARATORS_INSTANT
#pragma clang attribute pop
#else
static inline size_t separators_take_rows_wide(const uint8_t *base, const uint32_t *separators, size_t from,
                                               size_t count, uint32_t flags, int64_t line,
                                               const separators_shape *given, const uint64_t *seeds,
                                               separators_rows *rows) {
    return separators_take_rows_words(base, separators, from, count, flags, line, given, seeds, rows);
}

static inline size_t separators_take_sites_wide(const uint8_t *base, const uint32_t *separators, size_t from,
                                                size_t count, uint32_t flags, int64_t line,
                                                const separators_shape *given, const uint64_t *seeds,
                                                separators_rows *rows) {
    return separators_take_sites_words(base, separators, from, count, flags, line, given, seeds, rows);
}

static inline int separators_net_wide(const uint8_t *base, const uint32_t *separators, uint32_t flags,
                                      const separators_shape *shape, int32_t on_hand,
                                      const separators_alignment *alignment, int64_t *net) {
    return separators_net_words(base, separators, flags, shape, on_hand, alignment, net);
}
#endif
