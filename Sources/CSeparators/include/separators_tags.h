// A bucket is one cache line: ten 16-bit tags, a 16-bit spill mark and padding, ten 32-bit row numbers.
#pragma once
#include <stdint.h>
#include <string.h>

#define SEPARATORS_BUCKET_TAGS 10

static inline void separators_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

/// A bit for every one of the ten tags of a bucket that equals `tag`.
static inline uint32_t separators_match_tags(const void *bucket, uint16_t tag) {
    uint16_t tags[SEPARATORS_BUCKET_TAGS];
    memcpy(tags, bucket, sizeof tags);
    uint32_t met = 0;
    for (int i = 0; i < SEPARATORS_BUCKET_TAGS; i++) met |= (uint32_t)(tags[i] == tag) << i;
    return met;
}
