// Seeded hashes of keys: 128 bits from two independently seeded lanes.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "separators_number.h"

#define SEPARATORS_SEEDS 16

typedef struct {
    uint64_t first;
    uint64_t second;
} separators_digest;

static inline uint64_t separators_fold(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t separators_mix(uint64_t x) {
    x ^= x >> 30, x *= 0xbf58476d1ce4e5b9ULL;
    x ^= x >> 27, x *= 0x94d049bb133111ebULL;
    return x ^ x >> 31;
}

/// Expands a 128-bit seed; the results are what the hashes below take as `seeds`.
static inline void separators_expand_seed(uint64_t first, uint64_t second, uint64_t *seeds) {
    uint64_t state = first;
    for (int i = 0; i < SEPARATORS_SEEDS; i++) {
        state += 0x9e3779b97f4a7c15ULL;
        seeds[i] = separators_mix(separators_mix(state) + second * 0xd6e8feb86659fd93ULL + (uint64_t)i) | 1;
    }
}

// Six words cover a key of up to 48 bytes, overlapping where it is shorter. Every word goes through both
// lanes, each with seeds of its own, so that a collision has to happen in two independent 64-bit hashes at
// once.
static inline __attribute__((always_inline)) separators_digest
separators_hash_words(const uint64_t *w, uint64_t length, separators_digest state, const uint64_t *s) {
    uint64_t a = separators_fold(w[0] ^ s[0], w[1] ^ s[1] ^ state.first) +
                 separators_fold(w[2] ^ s[2], w[3] ^ s[3]) +
                 separators_fold(w[4] ^ s[4], w[5] ^ s[5] ^ length);
    uint64_t b = separators_fold(w[1] ^ s[6], w[2] ^ s[7] ^ state.second) +
                 separators_fold(w[3] ^ s[8], w[4] ^ s[9]) +
                 separators_fold(w[5] ^ s[10], w[0] ^ s[11] ^ length);
    separators_digest digest = {separators_fold(a ^ s[12], b ^ s[13]) + a,
                                separators_fold(b ^ s[14], a ^ s[15]) ^ b};
    return digest;
}

// The last 48 bytes of a key, or all of a shorter one.
static inline __attribute__((always_inline)) separators_digest separators_hash_end(const uint8_t *bytes,
                                                                                   size_t left,
                                                                                   separators_digest state,
                                                                                   const uint64_t *seeds) {
    uint64_t w[6];
    if (__builtin_expect(left >= 16, 1)) {
        size_t middle = left < 32 ? left - 16 : 16;
        w[0] = separators_word(bytes), w[1] = separators_word(bytes + 8);
        w[2] = separators_word(bytes + middle), w[3] = separators_word(bytes + middle + 8);
        w[4] = separators_word(bytes + left - 16), w[5] = separators_word(bytes + left - 8);
    } else {
        uint64_t low = 0, high = 0;
        if (left >= 8) {
            low = separators_word(bytes), high = separators_word(bytes + left - 8);
        } else if (left >= 4) {
            low = separators_load4(bytes), high = separators_load4(bytes + left - 4);
        } else if (left > 0) {
            low = (uint64_t)bytes[0] | (uint64_t)bytes[left / 2] << 8 | (uint64_t)bytes[left - 1] << 16;
        }
        w[0] = low, w[1] = high, w[2] = low, w[3] = high, w[4] = high, w[5] = low;
    }
    return separators_hash_words(w, left, state, seeds);
}

static inline __attribute__((noinline)) separators_digest separators_hash_long_key(const uint8_t *bytes,
                                                                                   size_t length,
                                                                                   const uint64_t *seeds) {
    separators_digest state = {0, 0};
    size_t left = length;
    for (; left > 48; bytes += 48, left -= 48) {
        uint64_t w[6];
        memcpy(w, bytes, 48);
        state = separators_hash_words(w, left, state, seeds);
    }
    return separators_hash_end(bytes, left, state, seeds);
}

/// The digest of a key; reads nothing outside `bytes[0..<length]`.
static inline __attribute__((always_inline)) separators_digest separators_hash_key(const uint8_t *bytes,
                                                                                   size_t length,
                                                                                   const uint64_t *seeds) {
    separators_digest state = {0, 0};
    if (__builtin_expect(length > 48, 0)) return separators_hash_long_key(bytes, length, seeds);
    return separators_hash_end(bytes, length, state, seeds);
}
