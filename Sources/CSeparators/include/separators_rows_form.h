// The inner loop, included once for every form of the instructions; see separators_rows.h. No include
// guard.

static inline __attribute__((always_inline)) int SEPARATORS_FORM(separators_quantity)(
    const separators_row *row, const separators_shape *shape, int32_t column,
    const separators_alignment *alignment, int64_t *value) {
    *value = 0;
    if (column < 0) return 1;
    (void)alignment;
    separators_field field = separators_raw_field(row, shape, column);
    if (__builtin_expect(SEPARATORS_DECIMAL(field, value), 1)) return 1;
    return separators_other_quantity(row, shape, column, value);
}

// Reads the net quantity of a row, and checks its instant; 0 where the row needs care.
static inline __attribute__((noinline)) int SEPARATORS_FORM(separators_net)(
    const uint8_t *base, const uint32_t *separators, uint32_t flags, const separators_shape *shape,
    const separators_alignment *alignment, int64_t *net) {
    separators_row row = {base, separators, flags};
    int64_t on_hand, committed, unusable;
    if (!SEPARATORS_FORM(separators_quantity)(&row, shape, shape->on_hand, alignment, &on_hand) ||
        !SEPARATORS_FORM(separators_quantity)(&row, shape, shape->committed, alignment, &committed) ||
        !SEPARATORS_FORM(separators_quantity)(&row, shape, shape->unusable, alignment, &unusable))
        return 0;
    if (__builtin_add_overflow(on_hand, shape->constant_net, net) ||
        __builtin_sub_overflow(*net, committed, net) || __builtin_sub_overflow(*net, unusable, net))
        return 0;
    if (shape->as_of < 0) return 1;
    separators_field field = separators_raw_field(&row, shape, shape->as_of);
    if (__builtin_expect(shape->has_rfc3339_times && SEPARATORS_INSTANT(field), 1)) return 1;
    return separators_other_instant(&row, shape);
}

static inline __attribute__((always_inline)) int SEPARATORS_FORM(separators_key_in_place)(
    const separators_row *row, const separators_shape *shape, separators_field *key) {
    separators_field unit = separators_raw_field(row, shape, shape->unit);
    const uint32_t *s = row->separators + shape->sku;
    const uint8_t *base = row->base;
    uint32_t first = s[-1] + 1;
    key->bytes = base + first;
    key->length = (size_t)(unit.bytes - key->bytes) + unit.length;
    if (__builtin_expect(s[0] == first, 0)) return 0;
    // An empty field shows its neighbours' commas, or the line end, instead; neither is taken for a blank.
    int blank = (base[first] <= ' ') | (base[s[0] - 1] <= ' ') | (base[s[0] + 1] <= ' ') |
                (base[s[1] - 1] <= ' ') | (key->bytes[key->length - 1] <= ' ') | (unit.bytes[0] == ' ') |
                (unit.bytes[0] == '\t');
    if (__builtin_expect(blank, 0)) return 0;
    if (__builtin_expect(row->flags == 0, 1)) return 1;
    if (row->flags & SEPARATORS_ESCAPE) return 0;
    if ((row->flags & SEPARATORS_QUOTE) &&
        (base[first] == shape->quote || base[s[0] + 1] == shape->quote || unit.bytes[0] == shape->quote))
        return 0;
    return separators_is_text(*key, row->flags, shape);
}

// Finds rows until one is odd, the columns are full or the separators are used up; gives how many
// separators the found rows have. Before the first separator stands the end of the row before, or -1.
// Quantities and instants are not looked at: most rows turn out to be as they were.
static inline size_t SEPARATORS_FORM(separators_take_rows)(const uint8_t *base, const uint32_t *separators,
                                                           size_t from, size_t count, uint32_t flags,
                                                           int64_t line, const separators_shape *given,
                                                           const uint64_t *seeds, separators_rows *rows) {
    const separators_shape local = *given, *shape = &local;
    const size_t width = (size_t)local.width;
    const int begins_with_key = local.is_key_in_place && local.sku == 0;
    const separators_instant newest = rows->newest;
    separators_row row = {base, separators, flags};
    size_t used = 0, filled = rows->count;
    for (; used + width <= count && filled < rows->capacity; used += width) {
        row.separators = separators + from + used;
        uint32_t end = row.separators[width - 1], start = row.separators[-1] + 1;
        separators_field key;
        if (__builtin_expect((base[end] != '\n') | (end - start > local.row_bytes_max), 0)) break;
        const uint8_t *rest = base + start;
        if (__builtin_expect(
                local.is_key_in_place && SEPARATORS_FORM(separators_key_in_place)(&row, shape, &key), 1)) {
            if (begins_with_key) rest = key.bytes + key.length;
        } else if (!separators_assemble_key(&row, shape, rows, &key)) {
            break;
        }
        separators_digest digest = separators_hash_key(key.bytes, key.length, seeds);
        rows->digests[filled] = digest;
        rows->rests[filled] =
            separators_hash_rest(rest, (size_t)(base + end - rest), digest, local.salt, seeds);
        if (local.as_of >= 0) {
            separators_field as_of = separators_raw_field(&row, shape, local.as_of);
            int is_newer = __builtin_expect(local.has_rfc3339_times && as_of.length == 20, 1)
                               ? separators_is_newer(as_of.bytes, &newest)
                               : separators_other_is_newer(&row, shape, rows);
            if (__builtin_expect(is_newer, 0)) rows->newer[rows->newer_count++] = (uint16_t)filled;
        }
        rows->keys[filled] = key.bytes;
        rows->key_lengths[filled] = (uint32_t)key.length;
        rows->places[filled] = (uint32_t)(from + used);
        rows->lines[filled] = line++;
        filled++;
    }
    rows->count = filled;
    return used;
}
