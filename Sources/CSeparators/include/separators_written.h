// Where the parts of an object's key stand as they are written, asked for once more where normalisation may
// have changed them.
#pragma once
#include "separators_objects.h"

/// Where SKU, location and unit stand; those that an object lacks have no length.
typedef struct {
    separators_place places[3];
    uint8_t kinds[3];
} separators_written;

/// Finds the key of the object that begins at `from`, which the scanner has taken before.
static inline int separators_written_key(const uint8_t *base, size_t from,
                                         const separators_object_shape *shape, separators_slot *slots,
                                         separators_written *written) {
    separators_object row;
    row.shape = shape, row.base = base, row.path_length = 0;
    if (separators_line_words(base + from, &row, slots) == NULL) return 0;
    for (int i = 0; i < 3; i++) {
        separators_place none = {0, 0};
        written->kinds[i] = row.kinds[i];
        written->places[i] = row.kinds[i] == SEPARATORS_NO_VALUE ? none : row.places[i];
    }
    return 1;
}
