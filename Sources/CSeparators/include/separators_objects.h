// Reads lines with JSON objects into columns as long as they are ordinary; an odd one stops it, and the caller
// reads that one with care. The whole line is checked by RFC 8259, so that what is accepted here means what
// the slow reader says. A line feed ends every loop: no part of JSON has one, strings write it as an escape.
#pragma once
#include "separators.h"

#define SEPARATORS_FIELDS 7
#define SEPARATORS_NAMES_MAX 64
#define SEPARATORS_DEPTH_MAX 64
#define SEPARATORS_PATH_MAX 256

enum { SEPARATORS_SKU, SEPARATORS_LOCATION, SEPARATORS_UNIT, SEPARATORS_ON_HAND };
enum { SEPARATORS_COMMITTED = 4, SEPARATORS_UNUSABLE, SEPARATORS_AS_OF };

/// What a member's value is.
enum {
    SEPARATORS_NO_VALUE,  // absent or null
    SEPARATORS_WHOLE,     // a number of digits only
    SEPARATORS_DECIMAL_NUMBER,
    SEPARATORS_EXPONENT,
    SEPARATORS_STRING,
    SEPARATORS_ESCAPED,  // a string with escapes
};

/// A wanted member: its path in lower case, and the field that it states.
typedef struct {
    const uint8_t *path;
    uint32_t length, field;
} separators_name;

/// What is wanted of objects, and how it is written.
typedef struct {
    const separators_shape *row;  // as if the fields were the columns of a row, in their order
    const separators_name *names;
    uint32_t name_count;
    uint8_t has_one_name_a_key;  // SKU, location and unit have no alternative names
} separators_object_shape;

/// Where a value stands, counted from the block's start; strings without their quotes.
typedef struct {
    uint32_t start, length;
} separators_place;

/// The values of a row that are read on demand: on hand, committed, unusable, as of.
typedef struct {
    separators_place places[4];
    uint8_t kinds[4];
} separators_members;

#define SEPARATORS_SLOTS 32
#define SEPARATORS_LITERAL 48

/// What stood between the value before and that of the n-th member in an earlier row (`,"unit": `): most rows
/// have the same.
typedef struct {
    uint8_t text[SEPARATORS_LITERAL];
    uint64_t names;  // what the member is, a bit each
    uint8_t length;  // 0 where nothing is known
    uint8_t is_inner;
} separators_slot;

/// One row under way.
typedef struct {
    const separators_object_shape *shape;
    const uint8_t *base;
    const uint8_t *rest;  // what does not follow from the key alone
    uint64_t met;         // names, a bit each
    uint32_t fields;      // fields, a bit each
    uint8_t ranks[SEPARATORS_FIELDS];
    uint8_t kinds[SEPARATORS_FIELDS];
    separators_place places[SEPARATORS_FIELDS];
    size_t path_length;
    uint8_t path[SEPARATORS_PATH_MAX];
} separators_object;

static inline const uint8_t *separators_skip_blanks(const uint8_t *at) {
    while (*at == ' ' || *at == '\t' || *at == '\r') at++;
    return at;
}

// The first byte that is no digit.
static inline const uint8_t *separators_skip_digits(const uint8_t *at) {
    for (;; at += 8) {
        uint64_t word = separators_word(at) ^ 0x3030303030303030ULL;
        // A digit never carries into its neighbour, so the lowest mark is exact.
        uint64_t other = ((word + 0x7676767676767676ULL) | word) & 0x8080808080808080ULL;
        if (other) return at + (__builtin_ctzll(other) >> 3);
    }
}

// The end of the number that begins here; NULL if it is none.
static inline const uint8_t *separators_number(const uint8_t *at, uint8_t *kind) {
    *kind = SEPARATORS_WHOLE;
    if (*at == '-') at++;
    const uint8_t *digits = at;
    at = separators_skip_digits(at);
    if (at == digits || (*digits == '0' && at - digits > 1)) return NULL;
    if (*at == '.') {
        *kind = SEPARATORS_DECIMAL_NUMBER;
        digits = ++at;
        at = separators_skip_digits(at);
        if (at == digits) return NULL;
    }
    if ((*at | 0x20) == 'e') {
        *kind = SEPARATORS_EXPONENT;
        at++;
        if (*at == '-' || *at == '+') at++;
        digits = at;
        at = separators_skip_digits(at);
        if (at == digits) return NULL;
    }
    return at;
}

static inline int separators_hexadecimal(uint8_t byte) {
    if ((uint8_t)(byte - '0') < 10) return byte - '0';
    uint8_t letter = (uint8_t)((byte | 0x20) - 'a');
    return letter < 6 ? letter + 10 : -1;
}

// The end of the escape that begins at the backslash; NULL if it is none.
static inline const uint8_t *separators_escape_end(const uint8_t *at) {
    switch (at[1]) {
        case '"': case '\\': case '/': case 'b': case 'f': case 'n': case 'r': case 't': return at + 2;
        case 'u':
            for (int i = 2; i < 6; i++)
                if (separators_hexadecimal(at[i]) < 0) return NULL;
            return at + 6;
        default: return NULL;
    }
}

static inline uint32_t separators_unit16(const uint8_t *hexadecimal) {
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) unit = unit << 4 | (uint32_t)separators_hexadecimal(hexadecimal[i]);
    return unit;
}

// Resolves the escapes of a sound string; the result is never longer. -1 where one is half a character.
static inline __attribute__((noinline)) int64_t separators_unescape(const uint8_t *bytes, size_t length,
                                                                    uint8_t *target) {
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    uint8_t *start = target;
    for (size_t at = 0; at < length;) {
        if (bytes[at] != '\\') {
            *target++ = bytes[at++];
            continue;
        }
        if (bytes[at + 1] != 'u') {
            *target++ = (uint8_t)meanings[strchr(letters, bytes[at + 1]) - letters];
            at += 2;
            continue;
        }
        uint32_t code = separators_unit16(bytes + at + 2);
        at += 6;
        if (code >= 0xD800 && code <= 0xDFFF) {
            if (code >= 0xDC00 || length - at < 6 || bytes[at] != '\\' || bytes[at + 1] != 'u') return -1;
            uint32_t low = separators_unit16(bytes + at + 2);
            if (low < 0xDC00 || low > 0xDFFF) return -1;
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            at += 6;
        }
        if (code < 0x80) {
            *target++ = (uint8_t)code;
        } else if (code < 0x800) {
            *target++ = (uint8_t)(0xC0 | code >> 6);
            *target++ = (uint8_t)(0x80 | (code & 0x3F));
        } else {
            if (code >= 0x10000) *target++ = (uint8_t)(0xF0 | code >> 18);
            *target++ = (uint8_t)(code >= 0x10000 ? 0x80 | (code >> 12 & 0x3F) : 0xE0 | code >> 12);
            *target++ = (uint8_t)(0x80 | (code >> 6 & 0x3F));
            *target++ = (uint8_t)(0x80 | (code & 0x3F));
        }
    }
    return target - start;
}

static inline int separators_is_same_path(const uint8_t *path, const uint8_t *wanted, size_t length) {
    for (size_t at = 0; at < length; at++) {
        uint8_t byte = path[at];
        if ((uint8_t)(byte - 'A') < 26) byte |= 0x20;
        if (byte != wanted[at]) return 0;
    }
    return 1;
}

// The names that a path is, a bit each; and whether a wanted path leads through it.
static inline __attribute__((noinline)) uint64_t separators_look_up(const separators_object_shape *shape,
                                                                    const uint8_t *path, size_t length,
                                                                    uint8_t *is_inner) {
    uint64_t found = 0;
    *is_inner = 0;
    for (uint32_t i = 0; i < shape->name_count; i++) {
        const separators_name *name = shape->names + i;
        if (name->length < length || !separators_is_same_path(path, name->path, length)) continue;
        if (name->length == length) found |= 1ULL << i;
        else if (name->path[length] == '.' || name->path[length] == '[') *is_inner = 1;
    }
    return found;
}

// Appends a key, or another part of a path; 0 where there is no room or the key is no text.
static inline int separators_append_path(separators_object *row, const uint8_t *key, size_t length,
                                         int has_escapes) {
    if (length > SEPARATORS_PATH_MAX - row->path_length) return 0;
    uint8_t *target = row->path + row->path_length;
    int64_t count = (int64_t)length;
    if (has_escapes) count = separators_unescape(key, length, target);
    else memcpy(target, key, length);
    if (count < 0) return 0;
    row->path_length += (size_t)count;
    return 1;
}

// Takes note of a value; 0 where a member stands there twice.
static inline __attribute__((always_inline)) int separators_note(separators_object *row, uint64_t names,
                                                                 uint8_t kind, const uint8_t *start,
                                                                 const uint8_t *end) {
    if (row->met & names) return 0;
    row->met |= names;
    for (; names; names &= names - 1) {
        uint32_t name = (uint32_t)__builtin_ctzll(names), field = row->shape->names[name].field;
        row->fields |= 1u << field;
        if (kind == SEPARATORS_NO_VALUE) continue;
        // The names of a field are in the order of preference.
        if (row->kinds[field] != SEPARATORS_NO_VALUE && row->ranks[field] < name) continue;
        row->ranks[field] = (uint8_t)name;
        row->kinds[field] = kind;
        row->places[field].start = (uint32_t)(start - row->base);
        row->places[field].length = (uint32_t)(end - start);
    }
    return 1;
}

static inline int separators_is_word(const uint8_t *at, const char *word, size_t length) {
    return memcmp(at, word, length) == 0;
}

// Puts a part of the key behind `target` and gives its end; NULL where it is odd or there is no room.
static inline uint8_t *separators_key_part(separators_object *row, int field, uint8_t *target,
                                           const uint8_t *limit) {
    const separators_shape *shape = row->shape->row;
    size_t length = row->places[field].length;
    const uint8_t *bytes = row->base + row->places[field].start;
    if ((size_t)(limit - target) < length + 9) return NULL;
    uint8_t kind = row->kinds[field];
    if (kind == SEPARATORS_ESCAPED) {
        int64_t count = separators_unescape(bytes, length, target);
        if (count < 0) return NULL;
        bytes = target, length = (size_t)count;
    } else if (kind == SEPARATORS_NO_VALUE) {
        length = 0;
    } else if (kind != SEPARATORS_STRING && kind != SEPARATORS_WHOLE) {
        return NULL;
    }
    separators_field text = {bytes, length};
    separators_trim(&text);
    if (shape->strips_zeros >> field & 1)
        while (text.length > 1 && text.bytes[0] == '0') text.bytes++, text.length--;
    uint64_t any = 0, odd = 0;
    for (size_t at = 0; at < text.length; at += 8) {
        uint64_t word = separators_word(text.bytes + at);
        if (text.length - at < 8) word &= (1ULL << 8 * (text.length - at)) - 1;
        any |= word;
        odd |= separators_equal8(word, 0x0101010101010101ULL * ',') |
               separators_equal8(word, 0x0101010101010101ULL);
        memcpy(target + at, &word, 8);
    }
    if (odd) return NULL;
    if ((any & 0x8080808080808080ULL) && !separators_is_utf8(target, text.length)) return NULL;
    return target + text.length;
}

// Puts the key together in the arena; 0 where a part is odd or there is no room.
static inline __attribute__((always_inline)) int separators_object_key(separators_object *row,
                                                                       separators_rows *rows,
                                                                       separators_field *key) {
    const separators_shape *shape = row->shape->row;
    const int32_t columns[3] = {shape->sku, shape->location, shape->unit};
    uint8_t *target = rows->arena + rows->arena_count, *limit = rows->arena + rows->arena_capacity;
    key->bytes = target;
    for (int i = 0; i < 3; i++) {
        uint8_t *start = target;
        if (columns[i] < 0) {
            if ((size_t)(limit - target) < shape->constant_lengths[i] + 9) return 0;
            memcpy(target, shape->constants[i], shape->constant_lengths[i]);
            target += shape->constant_lengths[i];
        } else {
            target = separators_key_part(row, i, target, limit);
            if (target == NULL || (i == 0 && target == start)) return 0;
        }
        if (i < 2) *target++ = ',';
    }
    key->length = (size_t)(target - key->bytes);
    rows->arena_count += key->length;
    return 1;
}

// Whether a row has a sound time in another shape than the usual one, and whether it may be the newest; of a
// time that cannot be read here, the caller finds out.
static inline __attribute__((noinline)) int separators_object_other_time(const separators_object *row,
                                                                         const separators_rows *rows,
                                                                         int *is_newer) {
    uint8_t kind = row->kinds[SEPARATORS_AS_OF];
    separators_field text = {row->base + row->places[SEPARATORS_AS_OF].start,
                             row->places[SEPARATORS_AS_OF].length};
    int64_t microseconds;
    *is_newer = 0;
    if (kind == SEPARATORS_NO_VALUE) return 0;
    if (kind == SEPARATORS_STRING) separators_trim(&text);
    if (text.length == 0) return 0;
    *is_newer = 1;
    if (kind != SEPARATORS_STRING || !row->shape->row->has_rfc3339_times ||
        !separators_any_instant(text.bytes, text.length, &microseconds))
        return 0;
    *is_newer = microseconds > rows->newest_microseconds;
    return 1;
}

#define SEPARATORS_FORM(NAME) NAME##_words
#define SEPARATORS_NUMBER(FIELD, VALUE) separators_small_decimal((FIELD).bytes, (FIELD).length, '.', (VALUE))
#define SEPARATORS_INSTANT(FIELD) separators_utc_instant((FIELD).bytes, (FIELD).length)
#include "separators_objects_form.h"
#undef SEPARATORS_FORM
#undef SEPARATORS_NUMBER
#undef SEPARATORS_INSTANT

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt,pclmul"))), \
                             apply_to = function)
#define SEPARATORS_IS_WIDE
#define SEPARATORS_FORM(NAME) NAME##_wide
#define SEPARATORS_NUMBER(FIELD, VALUE) \
    separators_wide_decimal((FIELD).bytes, (FIELD).length, '.', alignment, (VALUE))
#define SEPARATORS_INSTANT(FIELD) separators_wide_instant((FIELD).bytes, (FIELD).length)
#include "separators_objects_form.h"
#undef SEPARATORS_FORM
#undef SEPARATORS_NUMBER
#undef SEPARATORS_INSTANT
#undef SEPARATORS_IS_WIDE
#pragma clang attribute pop
#else
static inline size_t separators_take_objects_wide(const uint8_t *base, size_t from, size_t end, int64_t line,
                                                  const separators_object_shape *shape,
                                                  separators_slot *slots, const uint64_t *seeds,
                                                  separators_rows *rows, separators_members *members,
                                                  uint64_t *seen) {
    return separators_take_objects_words(base, from, end, line, shape, slots, seeds, rows, members, seen);
}

static inline int separators_object_net_wide(const uint8_t *base, const separators_members *members,
                                             const separators_object_shape *shape,
                                             const separators_alignment *alignment, int64_t *net) {
    return separators_object_net_words(base, members, shape, alignment, net);
}
#endif
