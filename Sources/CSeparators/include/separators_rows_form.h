// The inner loop, included once for every form of the instructions; see separators_rows.h. No include
// guard.

static inline __attribute__((always_inline)) int SEPARATORS_FORM(separators_quantity)(
    const separators_row *row, const separators_shape *shape, int32_t column, int empty,
    const separators_alignment *alignment, int64_t *value) {
    *value = 0;
    if (column < 0) return 1;
    (void)alignment;
    separators_field field = separators_raw_field(row, shape, column);
    if (__builtin_expect(SEPARATORS_DECIMAL(field, value), 1)) return 1;
    return separators_other_quantity(row, shape, column, empty, value);
}

// Whether a field is an instant in the usual shape; an export often states the same one in every row.
static inline __attribute__((always_inline)) int SEPARATORS_FORM(separators_is_time)(
    separators_field field, separators_known_time *known) {
    if (__builtin_expect(field.length != 20, 0)) return 0;
    separators_known_time time = {separators_word(field.bytes), separators_word(field.bytes + 8),
                                  separators_word(field.bytes + 12)};
    if (((time.date ^ known->date) | (time.clock ^ known->clock) | (time.second ^ known->second)) == 0)
        return 1;
    if (!SEPARATORS_INSTANT(field)) return 0;
    *known = time;
    return 1;
}

// Reads the net quantity of a row, given the column with what is on hand, and checks its instant; 0 where the
// row needs care.
static inline __attribute__((noinline)) int SEPARATORS_FORM(separators_net)(
    const uint8_t *base, const uint32_t *separators, uint32_t flags, const separators_shape *shape,
    int32_t on_hand_column, const separators_alignment *alignment, int64_t *net) {
    separators_row row = {base, separators, flags};
    int64_t on_hand, committed, unusable;
    if (!SEPARATORS_FORM(separators_quantity)(&row, shape, on_hand_column, SEPARATORS_EMPTY_ON_HAND, alignment,
                                              &on_hand) ||
        !SEPARATORS_FORM(separators_quantity)(&row, shape, shape->committed, SEPARATORS_EMPTY_OTHER, alignment,
                                              &committed) ||
        !SEPARATORS_FORM(separators_quantity)(&row, shape, shape->unusable, SEPARATORS_EMPTY_OTHER, alignment,
                                              &unusable))
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
    const int has_bin = shape->bin >= 0;
    separators_field last = separators_raw_field(row, shape, has_bin ? shape->bin : shape->unit);
    const uint32_t *s = row->separators + shape->sku;
    const uint8_t *base = row->base;
    uint32_t first = s[-1] + 1;
    key->bytes = base + first;
    key->length = (size_t)(last.bytes - key->bytes) + last.length;
    if (__builtin_expect(s[0] == first, 0)) return 0;
    // An empty field shows its neighbours' commas, or the line end, instead; neither is taken for a blank.
    int blank = (base[first] <= ' ') | (base[s[0] - 1] <= ' ') | (base[s[0] + 1] <= ' ') |
                (base[s[1] - 1] <= ' ') | (key->bytes[key->length - 1] <= ' ') | (last.bytes[0] == ' ') |
                (last.bytes[0] == '\t');
    // A key without a bin has no comma for it.
    if (has_bin) blank |= (base[s[1] + 1] <= ' ') | (base[s[2] - 1] <= ' ') | (last.length == 0);
    if (__builtin_expect(blank, 0)) return 0;
    if (__builtin_expect(row->flags == 0, 1)) return 1;
    if (row->flags & SEPARATORS_ESCAPE) return 0;
    if ((row->flags & SEPARATORS_QUOTE) &&
        (base[first] == shape->quote || base[s[0] + 1] == shape->quote || base[s[1] + 1] == shape->quote ||
         last.bytes[0] == shape->quote))
        return 0;
    return separators_is_text(*key, row->flags, shape);
}

// Whether a row's time can be left out of what is recognised, and whether it may be the newest.
static inline __attribute__((always_inline)) int SEPARATORS_FORM(separators_time)(
    const separators_row *row, const separators_shape *shape, const separators_rows *rows,
    const separators_instant *newest, separators_known_time *known, separators_field *time, int *is_newer) {
    *time = separators_raw_field(row, shape, shape->as_of);
    if (__builtin_expect(shape->has_rfc3339_times && SEPARATORS_FORM(separators_is_time)(*time, known), 1)) {
        *is_newer = separators_is_newer(time->bytes, newest);
        return shape->is_time_apart;
    }
    return separators_other_time(row, shape, rows, is_newer) & shape->is_time_apart;
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
    separators_known_time known = SEPARATORS_NO_TIME;
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
        size_t rest_length = (size_t)(base + end - rest);
        if (local.as_of < 0) {
            rows->rests[filled] = separators_hash_rest(rest, rest_length, digest, local.salt, seeds);
        } else {
            separators_field time;
            int is_newer, is_apart = SEPARATORS_FORM(separators_time)(&row, shape, rows, &newest, &known, &time,
                                                                      &is_newer);
            if (__builtin_expect(is_newer, 0)) rows->newer[rows->newer_count++] = (uint16_t)filled;
            // What a row states does not depend on when.
            rows->rests[filled] =
                __builtin_expect(is_apart, 1)
                    ? separators_hash_timeless(rest, rest_length, time, digest, local.salt, seeds)
                    : separators_hash_rest(rest, rest_length, digest, local.salt, seeds);
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
