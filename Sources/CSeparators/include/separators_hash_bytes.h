// Seeded 128-bit digests of stretches of bytes, for AVX2 and, where that is missing, for words: both give the
// same.
//
// Eight lanes take 64 bytes at a time, after the model of XXH3 (xxHash 0.8): a product of the halves of each
// word goes to its own lane and the word itself to its neighbour, so that no word is lost where a half is 0.
// After 512 bytes the lanes are scrambled, which makes the order count.
#pragma once
#include "separators_hash.h"

#define SEPARATORS_STRIPE 64
#define SEPARATORS_STRIPES 8
#define SEPARATORS_PRIME 0x9e3779b1u

// Less than a stripe.
static inline separators_digest separators_hash_few(const uint8_t *bytes, size_t length, const uint64_t *s) {
    separators_digest digest = {0, 0};
    size_t left = length;
    do {
        uint64_t words[6] = {0, 0, 0, 0, 0, 0};
        size_t part = left < sizeof words ? left : sizeof words;
        memcpy(words, bytes, part);
        digest = separators_hash_words(words, left, digest, s);
        bytes += part, left -= part;
    } while (left > 0);
    return digest;
}

static inline separators_digest separators_join(const uint64_t *lanes, size_t length, const uint64_t *s) {
    separators_digest digest = {0, 0};
    uint64_t w[6] = {lanes[0], lanes[1], lanes[2], lanes[3], lanes[4], lanes[5]};
    digest = separators_hash_words(w, length, digest, s);
    uint64_t v[6] = {lanes[6], lanes[7], lanes[0], lanes[3], lanes[6], lanes[1]};
    return separators_hash_words(v, length, digest, s);
}

static inline void separators_stripe_words(uint64_t *lanes, const uint8_t *bytes, const uint64_t *s) {
    for (int i = 0; i < 8; i++) {
        uint64_t word = separators_word(bytes + 8 * i), keyed = word ^ s[i];
        lanes[i ^ 1] += word;
        lanes[i] += (keyed & 0xffffffffu) * (keyed >> 32);
    }
}

static inline separators_digest separators_hash_bytes_words(const uint8_t *bytes, size_t length,
                                                            const uint64_t *s) {
    if (length < SEPARATORS_STRIPE) return separators_hash_few(bytes, length, s);
    uint64_t lanes[8];
    memcpy(lanes, s, sizeof lanes);
    size_t left = length;
    int stripe = 0;
    for (; left >= SEPARATORS_STRIPE; left -= SEPARATORS_STRIPE, bytes += SEPARATORS_STRIPE) {
        separators_stripe_words(lanes, bytes, s + stripe);
        if (++stripe < SEPARATORS_STRIPES) continue;
        stripe = 0;
        for (int i = 0; i < 8; i++) {
            lanes[i] = (lanes[i] ^ lanes[i] >> 47 ^ s[8 + i]) * SEPARATORS_PRIME;
        }
    }
    // The last 64 bytes, some of them once more: the length, which is joined, tells how many.
    if (left > 0) separators_stripe_words(lanes, bytes + left - SEPARATORS_STRIPE, s + 8);
    return separators_join(lanes, length, s);
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx2"))) static inline __m256i separators_stripe_wide(__m256i lanes,
                                                                             const uint8_t *bytes,
                                                                             const uint64_t *s) {
    __m256i words = _mm256_loadu_si256((const __m256i *)bytes);
    __m256i keyed = _mm256_xor_si256(words, _mm256_loadu_si256((const __m256i *)s));
    __m256i product = _mm256_mul_epu32(keyed, _mm256_shuffle_epi32(keyed, 0x31));
    return _mm256_add_epi64(lanes, _mm256_add_epi64(product, _mm256_shuffle_epi32(words, 0x4e)));
}

__attribute__((target("avx2"))) static inline __m256i separators_scramble_wide(__m256i lanes,
                                                                               const uint64_t *s) {
    __m256i prime = _mm256_set1_epi32((int)SEPARATORS_PRIME);
    __m256i mixed = _mm256_xor_si256(_mm256_xor_si256(lanes, _mm256_srli_epi64(lanes, 47)),
                                     _mm256_loadu_si256((const __m256i *)s));
    __m256i high = _mm256_mul_epu32(_mm256_shuffle_epi32(mixed, 0x31), prime);
    return _mm256_add_epi64(_mm256_mul_epu32(mixed, prime), _mm256_slli_epi64(high, 32));
}

__attribute__((target("avx2"))) static inline separators_digest
separators_hash_bytes_wide(const uint8_t *bytes, size_t length, const uint64_t *s) {
    if (length < SEPARATORS_STRIPE) return separators_hash_few(bytes, length, s);
    __m256i low = _mm256_loadu_si256((const __m256i *)s);
    __m256i high = _mm256_loadu_si256((const __m256i *)(s + 4));
    size_t left = length;
    for (; left >= SEPARATORS_STRIPE * SEPARATORS_STRIPES; left -= SEPARATORS_STRIPE * SEPARATORS_STRIPES) {
        for (int stripe = 0; stripe < SEPARATORS_STRIPES; stripe++, bytes += SEPARATORS_STRIPE) {
            low = separators_stripe_wide(low, bytes, s + stripe);
            high = separators_stripe_wide(high, bytes + 32, s + stripe + 4);
        }
        low = separators_scramble_wide(low, s + 8), high = separators_scramble_wide(high, s + 12);
    }
    for (int stripe = 0; left >= SEPARATORS_STRIPE; stripe++, left -= SEPARATORS_STRIPE) {
        low = separators_stripe_wide(low, bytes, s + stripe);
        high = separators_stripe_wide(high, bytes + 32, s + stripe + 4);
        bytes += SEPARATORS_STRIPE;
    }
    if (left > 0) {
        const uint8_t *last = bytes + left - SEPARATORS_STRIPE;
        low = separators_stripe_wide(low, last, s + 8);
        high = separators_stripe_wide(high, last + 32, s + 12);
    }
    uint64_t lanes[8];
    _mm256_storeu_si256((__m256i *)lanes, low);
    _mm256_storeu_si256((__m256i *)(lanes + 4), high);
    return separators_join(lanes, length, s);
}
#else
static inline separators_digest separators_hash_bytes_wide(const uint8_t *bytes, size_t length,
                                                           const uint64_t *s) {
    return separators_hash_bytes_words(bytes, length, s);
}
#endif

/// The 128-bit digest of a stretch, the same on every machine; reads nothing outside it.
static inline separators_digest separators_hash_bytes(const uint8_t *bytes, size_t length,
                                                      const uint64_t *s) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return separators_hash_bytes_wide(bytes, length, s);
#endif
    return separators_hash_bytes_words(bytes, length, s);
}
