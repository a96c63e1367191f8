// The inner loop, included once for every form of the instructions; see separators_objects.h. No include
// guard.

// The closing quote of the string whose content begins here; NULL where it is unsound.
static inline const uint8_t *SEPARATORS_FORM(separators_string)(const uint8_t *at, int *has_escapes) {
    *has_escapes = 0;
    for (;;) {
#ifdef SEPARATORS_IS_WIDE
        __m256i text = _mm256_loadu_si256((const __m256i *)at);
        __m256i control = _mm256_cmpeq_epi8(_mm256_min_epu8(text, _mm256_set1_epi8(0x1F)), text);
        __m256i stop = _mm256_or_si256(_mm256_cmpeq_epi8(text, _mm256_set1_epi8('"')),
                                       _mm256_cmpeq_epi8(text, _mm256_set1_epi8('\\')));
        uint32_t marks = (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(stop, control));
        if (marks == 0) {
            at += 32;
            continue;
        }
        at += __builtin_ctz(marks);
#else
        const uint64_t every = 0x0101010101010101ULL;
        uint64_t word = separators_word(at);
        // Only what follows a control character can be marked by its borrow, so the lowest mark is exact.
        uint64_t control = (word - every * 0x20) & ~word & every * 0x80;
        uint64_t marks = separators_equal8(word, every * '"') | separators_equal8(word, every * '\\') | control;
        if (marks == 0) {
            at += 8;
            continue;
        }
        at += __builtin_ctzll(marks) >> 3;
#endif
        if (*at == '"') return at;
        if (*at != '\\') return NULL;
        *has_escapes = 1;
        at = separators_escape_end(at);
        if (at == NULL) return NULL;
    }
}

static const uint8_t *SEPARATORS_FORM(separators_container)(const uint8_t *at, separators_object *row,
                                                            int is_inner, int depth);

// Takes the value that begins here and gives its end; NULL where it is odd.
static inline __attribute__((always_inline)) const uint8_t *SEPARATORS_FORM(separators_value)(
    const uint8_t *at, separators_object *row, uint64_t names, int is_inner, int depth) {
    uint8_t kind;
    const uint8_t *end;
    int has_escapes;
    switch (*at) {
        case '"':
            end = SEPARATORS_FORM(separators_string)(at + 1, &has_escapes);
            if (end == NULL) return NULL;
            kind = has_escapes ? SEPARATORS_ESCAPED : SEPARATORS_STRING;
            if (names && !separators_note(row, names, kind, at + 1, end)) return NULL;
            return end + 1;
        case '-': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8':
        case '9':
            end = separators_number(at, &kind);
            if (end == NULL || (names && !separators_note(row, names, kind, at, end))) return NULL;
            return end;
        case 'n':
            if (!separators_is_word(at, "null", 4)) return NULL;
            if (names && !separators_note(row, names, SEPARATORS_NO_VALUE, at, at)) return NULL;
            return at + 4;
        // Nothing wanted is ever in what follows.
        case 't': return !names && separators_is_word(at, "true", 4) ? at + 4 : NULL;
        case 'f': return !names && separators_is_word(at, "false", 5) ? at + 5 : NULL;
        case '{': case '[':
            return names ? NULL : SEPARATORS_FORM(separators_container)(at, row, is_inner, depth + 1);
        default: return NULL;
    }
}

// Takes an object or array within the row's own; the path is that of the container itself.
static __attribute__((noinline)) const uint8_t *SEPARATORS_FORM(separators_container)(
    const uint8_t *at, separators_object *row, int is_inner, int depth) {
    if (depth > SEPARATORS_DEPTH_MAX) return NULL;
    const uint8_t close = *at == '{' ? '}' : ']';
    const size_t outer = row->path_length;
    uint64_t number = 0;
    at = separators_skip_blanks(at + 1);
    if (*at == close) return at + 1;
    for (;; number++) {
        uint64_t names = 0;
        uint8_t leads_in = 0;
        if (close == '}') {
            int has_escapes;
            if (*at != '"') return NULL;
            const uint8_t *key = at + 1;
            at = SEPARATORS_FORM(separators_string)(key, &has_escapes);
            if (at == NULL) return NULL;
            if (is_inner && (!separators_append_path(row, (const uint8_t *)".", 1, 0) ||
                             !separators_append_path(row, key, (size_t)(at - key), has_escapes)))
                return NULL;
            at = separators_skip_blanks(at + 1);
            if (*at != ':') return NULL;
            at = separators_skip_blanks(at + 1);
        } else if (is_inner) {
            // Digits from the last to the first.
            uint8_t text[24] = "[", digits = 0;
            for (uint64_t left = number; left > 9; left /= 10) digits++;
            text[digits + 2] = ']';
            uint64_t left = number;
            for (int i = digits + 1; i > 0; i--, left /= 10) text[i] = (uint8_t)('0' + left % 10);
            if (!separators_append_path(row, text, (size_t)digits + 3, 0)) return NULL;
        }
        if (is_inner) names = separators_look_up(row->shape, row->path, row->path_length, &leads_in);
        at = SEPARATORS_FORM(separators_value)(at, row, names, leads_in, depth);
        if (at == NULL) return NULL;
        row->path_length = outer;
        at = separators_skip_blanks(at);
        if (*at == close) return at + 1;
        if (*at != ',') return NULL;
        at = separators_skip_blanks(at + 1);
    }
}

// Takes what stands before a member's value, whatever it is, and remembers it; NULL where it is odd.
static inline __attribute__((noinline)) const uint8_t *SEPARATORS_FORM(separators_member)(
    const uint8_t *from, int is_first, separators_object *row, separators_slot *slot) {
    int has_escapes;
    const uint8_t *at = separators_skip_blanks(from);
    if (*at != (is_first ? '{' : ',')) return NULL;
    at = separators_skip_blanks(at + 1);
    if (*at != '"') return NULL;
    const uint8_t *key = at + 1;
    at = SEPARATORS_FORM(separators_string)(key, &has_escapes);
    if (at == NULL) return NULL;
    row->path_length = 0;
    if (!separators_append_path(row, key, (size_t)(at - key), has_escapes)) return NULL;
    at = separators_skip_blanks(at + 1);
    if (*at != ':') return NULL;
    at = separators_skip_blanks(at + 1);
    slot->names = separators_look_up(row->shape, row->path, row->path_length, &slot->is_inner);
    size_t length = (size_t)(at - from);
    slot->length = length <= SEPARATORS_LITERAL ? (uint8_t)length : 0;
    memcpy(slot->text, from, slot->length);
    return at;
}

static inline __attribute__((always_inline)) int SEPARATORS_FORM(separators_is_expected)(
    const uint8_t *at, const separators_slot *slot) {
    uint64_t other = slot->length == 0;
    for (uint8_t done = 0; done < slot->length; done += 8) {
        uint64_t word = separators_word(at + done) ^ separators_word(slot->text + done);
        if (slot->length - done < 8) word &= (1ULL << 8 * (slot->length - done)) - 1;
        other |= word;
    }
    return other == 0;
}

// Takes the object that begins here and gives what follows its line end; NULL where it is odd.
static inline __attribute__((always_inline)) const uint8_t *SEPARATORS_FORM(separators_line)(
    const uint8_t *at, separators_object *row, separators_slot *slots) {
    int is_key_first = row->shape->has_one_name_a_key;
    row->met = 0, row->fields = 0;
    memset(row->kinds, 0, sizeof row->kinds);
    row->rest = at;
    for (int member = 0;; member++) {
        separators_slot other, *slot = member < SEPARATORS_SLOTS ? slots + member : &other;
        if (member >= SEPARATORS_SLOTS) other.length = 0;
        if (__builtin_expect(SEPARATORS_FORM(separators_is_expected)(at, slot), 1)) {
            if (__builtin_expect(!slot->is_inner, 1)) {
                at += slot->length;
            } else {
                // What stands in the value is named by this path.
                at = SEPARATORS_FORM(separators_member)(at, member == 0, row, slot);
                if (at == NULL) return NULL;
            }
        } else {
            const uint8_t *mark = separators_skip_blanks(at);
            if (member == 0) {
                if (*mark != '{') return NULL;
                mark = separators_skip_blanks(mark + 1);
            }
            if (*mark == '}') {
                at = mark + 1;
                break;
            }
            at = SEPARATORS_FORM(separators_member)(at, member == 0, row, slot);
            if (at == NULL) return NULL;
        }
        at = SEPARATORS_FORM(separators_value)(at, row, slot->names, slot->is_inner, 1);
        if (at == NULL) return NULL;
        // As long as only parts of the key were met, all of it follows from the key.
        is_key_first = is_key_first && slot->names && row->fields < 1u << SEPARATORS_ON_HAND;
        if (is_key_first) row->rest = at;
    }
    at = separators_skip_blanks(at);
    return *at == '\n' ? at + 1 : NULL;
}

// Finds objects until one is odd, the columns are full or `end` is reached, before which a line feed stands;
// gives where the line begins that comes next. Quantities and instants are not read: most rows turn out to be
// as they were.
static inline size_t SEPARATORS_FORM(separators_take_objects)(
    const uint8_t *base, size_t from, size_t end, int64_t line, const separators_object_shape *shape,
    separators_slot *slots, const uint64_t *seeds, separators_rows *rows, separators_members *members,
    uint64_t *seen) {
    const separators_instant newest = rows->newest;
    separators_known_time known = SEPARATORS_NO_TIME;
    separators_object row;
    row.shape = shape, row.base = base, row.path_length = 0;
    size_t filled = rows->count;
    while (from < end && filled < rows->capacity) {
        const uint8_t *next = SEPARATORS_FORM(separators_line)(base + from, &row, slots);
        separators_field key;
        if (__builtin_expect(next == NULL, 0)) break;
        size_t length = (size_t)(next - base) - 1 - from;
        if (__builtin_expect(length > shape->row->row_bytes_max, 0)) break;
        if (__builtin_expect(!separators_object_key(&row, rows, &key), 0)) break;
        separators_digest digest = separators_hash_key(key.bytes, key.length, seeds);
        rows->digests[filled] = digest;
        size_t rest_length = (size_t)(next - row.rest);
        separators_field time = {base + row.places[SEPARATORS_AS_OF].start,
                                 row.places[SEPARATORS_AS_OF].length};
        int is_newer, is_time = row.kinds[SEPARATORS_AS_OF] == SEPARATORS_STRING &&
                                shape->row->has_rfc3339_times &&
                                SEPARATORS_FORM(separators_is_time)(time, &known);
        if (__builtin_expect(is_time, 1))
            is_newer = separators_is_newer(time.bytes, &newest);
        else
            is_time = separators_object_other_time(&row, rows, &is_newer);
        if (__builtin_expect(is_newer, 0)) rows->newer[rows->newer_count++] = (uint16_t)filled;
        rows->rests[filled] =
            is_time ? separators_hash_timeless(row.rest, rest_length, time, digest, shape->row->salt, seeds)
                    : separators_hash_rest(row.rest, rest_length, digest, shape->row->salt, seeds);
        rows->keys[filled] = key.bytes;
        rows->key_lengths[filled] = (uint32_t)key.length;
        rows->places[filled] = (uint32_t)from;
        rows->lines[filled] = line++;
        memcpy(members[filled].places, row.places + SEPARATORS_ON_HAND, sizeof members->places);
        memcpy(members[filled].kinds, row.kinds + SEPARATORS_ON_HAND, sizeof members->kinds);
        *seen |= row.fields;
        filled++;
        from += length + 1;
    }
    rows->count = filled;
    return from;
}

static inline int SEPARATORS_FORM(separators_member_quantity)(
    const uint8_t *base, const separators_members *members, int member,
    const separators_object_shape *shape, const separators_alignment *alignment, int64_t *value) {
    (void)alignment;
    separators_field text = {base + members->places[member].start, members->places[member].length};
    *value = 0;
    switch (members->kinds[member]) {
        case SEPARATORS_WHOLE: case SEPARATORS_DECIMAL_NUMBER:
            return __builtin_expect(SEPARATORS_NUMBER(text, value), 1) ||
                   separators_long_decimal(text.bytes, text.length, '.', value);
        case SEPARATORS_STRING:
            separators_trim(&text);
            if (text.length > 0)
                return separators_long_decimal(text.bytes, text.length, shape->row->mark, value);
            break;
        case SEPARATORS_NO_VALUE: break;
        default: return 0;
    }
    return shape->row->empties & (member == 0 ? SEPARATORS_EMPTY_ON_HAND : SEPARATORS_EMPTY_OTHER);
}

/// Reads the net quantity of a row, and checks its instant; 0 where the row needs care.
static inline __attribute__((noinline)) int SEPARATORS_FORM(separators_object_net)(
    const uint8_t *base, const separators_members *members, const separators_object_shape *shape,
    const separators_alignment *alignment, int64_t *net) {
    const separators_shape *row = shape->row;
    const int32_t columns[3] = {row->on_hand, row->committed, row->unusable};
    int64_t values[3] = {0, 0, 0};
    for (int i = 0; i < 3; i++)
        if (columns[i] >= 0 && !SEPARATORS_FORM(separators_member_quantity)(base, members, i, shape,
                                                                            alignment, values + i))
            return 0;
    if (__builtin_add_overflow(values[0], row->constant_net, net) ||
        __builtin_sub_overflow(*net, values[1], net) || __builtin_sub_overflow(*net, values[2], net))
        return 0;
    separators_field text = {base + members->places[3].start, members->places[3].length};
    if (members->kinds[3] == SEPARATORS_NO_VALUE) return 1;
    if (members->kinds[3] != SEPARATORS_STRING) return 0;
    if (__builtin_expect(row->has_rfc3339_times && SEPARATORS_INSTANT(text), 1)) return 1;
    separators_trim(&text);
    int64_t microseconds;
    if (text.length == 0) return 1;
    return row->has_rfc3339_times && separators_any_instant(text.bytes, text.length, &microseconds);
}
