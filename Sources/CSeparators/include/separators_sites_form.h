// Rows that state several locations, included once for every form of the instructions; see separators_rows.h.
// No include guard.

// As separators_take_rows(), but each row becomes as many as it has locations. All of a row's are taken, or
// none.
static inline size_t SEPARATORS_FORM(separators_take_sites)(const uint8_t *base, const uint32_t *separators,
                                                            size_t from, size_t count, uint32_t flags,
                                                            int64_t line, const separators_shape *given,
                                                            const uint64_t *seeds, separators_rows *rows) {
    const separators_shape local = *given, *shape = &local;
    const size_t width = (size_t)local.width;
    const separators_instant newest = rows->newest;
    const separators_digest nothing = {0, 0};
    separators_known_time known = SEPARATORS_NO_TIME;
    separators_row row = {base, separators, flags};
    size_t used = 0, filled = rows->count;
    for (; used + width <= count && filled + local.site_count <= rows->capacity; used += width, line++) {
        row.separators = separators + from + used;
        uint32_t end = row.separators[width - 1], start = row.separators[-1] + 1;
        if (__builtin_expect((base[end] != '\n') | (end - start > local.row_bytes_max), 0)) break;
        separators_field sku, unit = {local.constants[2], local.constant_lengths[2]};
        size_t readable = unit.length;
        if (!separators_key_column(&row, shape, 0, local.sku, &sku) || sku.length == 0) break;
        if (local.unit >= 0) {
            if (!separators_key_column(&row, shape, 2, local.unit, &unit)) break;
            readable = SEPARATORS_PART;
        }
        uint64_t salt = local.salt;
        int is_newer = 0;
        if (local.as_of >= 0) {
            separators_field time;
            int is_apart =
                SEPARATORS_FORM(separators_time)(&row, shape, rows, &newest, &known, &time, &is_newer);
            salt ^= __builtin_expect(is_apart, 1)
                        ? SEPARATORS_AFTER_TIME
                        : separators_hash_rest(time.bytes, time.length, nothing, salt, seeds);
        }
        uint8_t *target = rows->arena + rows->arena_count, *limit = rows->arena + rows->arena_capacity;
        uint32_t site = 0;
        for (; site < local.site_count; site++) {
            const separators_site *place = local.sites + site;
            size_t length = sku.length + place->length + unit.length + 2;
            if (__builtin_expect((size_t)(limit - target) < length + SEPARATORS_PART, 0)) break;
            uint8_t *key = target;
            target = separators_copy_part(target, sku.bytes, sku.length, SEPARATORS_PART);
            *target++ = ',';
            target = separators_copy_part(target, place->name, place->length, SEPARATORS_PART);
            *target++ = ',';
            target = separators_copy_part(target, unit.bytes, unit.length, readable);
            separators_field on_hand = separators_raw_field(&row, shape, place->column);
            separators_digest digest = separators_hash_key(key, length, seeds);
            size_t at = filled + site;
            rows->digests[at] = digest;
            rows->rests[at] = separators_hash_rest(on_hand.bytes, on_hand.length, digest, salt, seeds);
            rows->keys[at] = key;
            rows->key_lengths[at] = (uint32_t)length;
            rows->places[at] = (uint32_t)(from + used);
            rows->sites[at] = (uint16_t)site;
            rows->lines[at] = line;
        }
        if (__builtin_expect(site < local.site_count, 0)) break;
        if (__builtin_expect(is_newer, 0))
            for (site = 0; site < local.site_count; site++)
                rows->newer[rows->newer_count++] = (uint16_t)(filled + site);
        rows->arena_count = (size_t)(target - rows->arena);
        filled += local.site_count;
    }
    rows->count = filled;
    return used;
}
