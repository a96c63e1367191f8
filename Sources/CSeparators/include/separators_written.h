// Where the parts of an object's key stand as they are written, asked for once more where normalisation may
// have changed them.
#pragma once
#include "separators_objects.h"

/// Finds SKU, location and unit of the object that begins at `from`, which the scanner has taken before.
static inline int separators_written_key(const uint8_t *base, size_t from,
                                         const separators_object_shape *shape, separators_slot *slots,
                                         separators_place *places, uint8_t *kinds) {
    separators_object row;
    row.shape = shape, row.base = base, row.path_length = 0;
    if (separators_line_words(base + from, &row, slots) == NULL) return 0;
    for (int i = 0; i < 3; i++) places[i] = row.places[i], kinds[i] = row.kinds[i];
    return 1;
}
