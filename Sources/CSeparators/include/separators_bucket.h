// A bucket is one cache line for five rows: their rests, their numbers, and a tag of each key.
#pragma once
#include <stdint.h>

#include "separators_hash.h"

#define SEPARATORS_BUCKET_ROWS 5
#define SEPARATORS_TAG_BITS 6
// Set in a full bucket whose further rows went on to the next one.
#define SEPARATORS_BUCKET_SPILLED (1U << 31)

typedef struct {
    uint64_t rests[SEPARATORS_BUCKET_ROWS];
    uint32_t rows[SEPARATORS_BUCKET_ROWS];
    uint32_t tags;  // of six bits each, 0 where a place is free; the topmost bit is the mark
} separators_bucket;

static inline void separators_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

// Into the L2 cache only, which has far more outstanding requests than L1.
static inline void separators_prefetch_far(const void *address) { __builtin_prefetch(address, 0, 2); }

/// Which of `count` buckets is that of a digest with this second word.
static inline size_t separators_choice(uint64_t second, size_t count) {
    return (size_t)((second >> 32) * (uint64_t)count >> 32);
}

/// The tag of a key with this digest; never 0.
static inline uint32_t separators_tag(uint64_t first) {
    uint32_t tag = (uint32_t)first & ((1U << SEPARATORS_TAG_BITS) - 1);
    return tag + (tag == 0);
}

static inline uint32_t separators_bucket_tag(const separators_bucket *bucket, uint32_t place) {
    return bucket->tags >> (place * SEPARATORS_TAG_BITS) & ((1U << SEPARATORS_TAG_BITS) - 1);
}

/// A bit for every place whose tag is `tag`.
static inline uint32_t separators_match_tags(const separators_bucket *bucket, uint32_t tag) {
    uint32_t met = 0;
    for (uint32_t i = 0; i < SEPARATORS_BUCKET_ROWS; i++)
        met |= (uint32_t)(separators_bucket_tag(bucket, i) == tag) << i;
    return met;
}

// The place of those met, each a bit, that has the tag; SEPARATORS_BUCKET_ROWS where there is none.
static inline uint32_t separators_met_place(const separators_bucket *bucket, uint32_t met, uint32_t tag) {
    uint32_t place = (uint32_t)__builtin_ctz(met | 1U << SEPARATORS_BUCKET_ROWS);
    return separators_bucket_tag(bucket, place) == tag ? place : SEPARATORS_BUCKET_ROWS;
}

// A bit for every place whose rest is `rest`.
static inline uint32_t separators_match_rests(const separators_bucket *bucket, uint64_t rest) {
    uint32_t met = 0;
    for (uint32_t i = 0; i < SEPARATORS_BUCKET_ROWS; i++) met |= (uint32_t)(bucket->rests[i] == rest) << i;
    return met;
}

/// The place of a row with this rest and tag; SEPARATORS_BUCKET_ROWS where there is none.
static inline uint32_t separators_find_rest(const separators_bucket *bucket, uint64_t rest, uint32_t tag) {
    return separators_met_place(bucket, separators_match_rests(bucket, rest), tag);
}

static inline uint32_t separators_bucket_row(const separators_bucket *bucket, uint32_t place) {
    return bucket->rows[place];
}

/// Puts a row in a free place.
static inline void separators_fill_place(separators_bucket *bucket, uint32_t place, uint64_t rest,
                                         uint32_t row, uint32_t tag) {
    bucket->rests[place] = rest;
    bucket->rows[place] = row;
    bucket->tags |= tag << (place * SEPARATORS_TAG_BITS);
}

// Marks the number of an unchanged row.
#define SEPARATORS_UNCHANGED (1U << 31)

/// Prefetches the buckets of `count` digests.
static inline __attribute__((always_inline)) void separators_fetch_buckets(
    const separators_bucket *buckets, size_t bucket_count, const separators_digest *digests, size_t count) {
    for (size_t i = 0; i < count; i++)
        separators_prefetch_far(buckets + separators_choice(digests[i].second, bucket_count));
}

// What the i-th look has found, given the places of its bucket that have its rest; gives 1 where that is not
// its row.
static inline __attribute__((always_inline)) size_t
separators_take_found(const separators_bucket *bucket, uint32_t met, uint64_t first, size_t row_count,
                      const uint64_t *seen, uint32_t *found) {
    uint32_t place = separators_met_place(bucket, met, separators_tag(first));
    uint32_t row = place < SEPARATORS_BUCKET_ROWS ? bucket->rows[place] : UINT32_MAX;
    int is_found = row < row_count;
    separators_prefetch(seen + (is_found ? row >> 6 : 0));
    *found = is_found ? row | SEPARATORS_UNCHANGED : 0;
    return !is_found;
}

/// Finds unchanged rows: `found` takes the number of each with its mark, or 0.
///
/// A bit of `seen` is brought into the cache for each found row. The places of the others go to `others`;
/// gives how many those are. Their buckets have been fetched before; those of `ahead` digests behind them, no
/// more than `count`, are fetched on the way, so that memory works while these are looked at.
static inline size_t separators_find_words(const separators_bucket *buckets, size_t bucket_count,
                                           size_t row_count, const uint64_t *seen,
                                           const separators_digest *digests, const uint64_t *rests,
                                           size_t count, size_t ahead, uint32_t *found, uint16_t *others) {
    size_t missed = 0;
    for (size_t i = 0; i < count; i++) {
        if (i < ahead) separators_fetch_buckets(buckets, bucket_count, digests + count + i, 1);
        const separators_bucket *bucket = buckets + separators_choice(digests[i].second, bucket_count);
        uint32_t met = separators_match_rests(bucket, rests[i]);
        others[missed] = (uint16_t)i;
        missed += separators_take_found(bucket, met, digests[i].first, row_count, seen, found + i);
    }
    return missed;
}

#if defined(__x86_64__)
#include <immintrin.h>

/// The same for AVX2.
__attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt"))) static inline size_t separators_find_wide(
    const separators_bucket *buckets, size_t bucket_count, size_t row_count, const uint64_t *seen,
    const separators_digest *digests, const uint64_t *rests, size_t count, size_t ahead, uint32_t *found,
    uint16_t *others) {
    size_t missed = 0;
    for (size_t i = 0; i < count; i++) {
        if (i < ahead) separators_fetch_buckets(buckets, bucket_count, digests + count + i, 1);
        const separators_bucket *bucket = buckets + separators_choice(digests[i].second, bucket_count);
        __m256i four = _mm256_loadu_si256((const __m256i *)bucket->rests);
        __m256i equal = _mm256_cmpeq_epi64(four, _mm256_set1_epi64x((long long)rests[i]));
        uint32_t met = (uint32_t)_mm256_movemask_pd(_mm256_castsi256_pd(equal)) |
                       (uint32_t)(bucket->rests[4] == rests[i]) << 4;
        others[missed] = (uint16_t)i;
        missed += separators_take_found(bucket, met, digests[i].first, row_count, seen, found + i);
    }
    return missed;
}
#else
static inline size_t separators_find_wide(const separators_bucket *buckets, size_t bucket_count,
                                          size_t row_count, const uint64_t *seen,
                                          const separators_digest *digests, const uint64_t *rests,
                                          size_t count, size_t ahead, uint32_t *found, uint16_t *others) {
    return separators_find_words(buckets, bucket_count, row_count, seen, digests, rests, count, ahead, found,
                                 others);
}
#endif
