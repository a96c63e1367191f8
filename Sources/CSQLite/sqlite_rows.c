#include "sqlite_rows.h"
#include <sqlite3.h>
#include <string.h>

long sqlite_run_integer_rows(void *statement, const int64_t *values, long rows, int columns) {
    sqlite3_stmt *prepared = statement;
    for (long row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            if (sqlite3_bind_int64(prepared, column + 1, values[row * columns + column]) != SQLITE_OK) return row;
        }
        int result = sqlite3_step(prepared);
        // The statement must not stay in the middle of a row, whatever came of it.
        if (sqlite3_reset(prepared) != SQLITE_OK || result != SQLITE_DONE) return row;
    }
    return rows;
}

static const int text_bytes_max = 0xffff;

// Takes the row that the statement stands at; false where its texts do not fit.
static int take_row(sqlite3_stmt *prepared, struct sqlite_row_room *room, long row, long *used) {
    int64_t *values = room->values + row * room->columns;
    const long begin = *used;
    uint32_t nulls = 0;
    for (int column = 0; column < room->columns; column++) {
        switch (sqlite3_column_type(prepared, column)) {
        case SQLITE_NULL:
            nulls |= UINT32_C(1) << column;
            values[column] = 0;
            break;
        case SQLITE_INTEGER:
            values[column] = sqlite3_column_int64(prepared, column);
            break;
        default: {
            const void *bytes = sqlite3_column_blob(prepared, column);
            const long count = sqlite3_column_bytes(prepared, column);
            if (count > text_bytes_max || *used + count > room->texts_max) {
                *used = begin;
                return 0;
            }
            if (row > 0 && !(room->nulls[row - 1] >> column & 1)) {
                const int64_t last = values[column - room->columns];
                if ((last & text_bytes_max) == count && (count == 0 || !memcmp(room->texts + (last >> 16), bytes, count))) {
                    values[column] = last;
                    break;
                }
            }
            if (count > 0) memcpy(room->texts + *used, bytes, count);
            values[column] = (int64_t)*used << 16 | count;
            *used += count;
        }
        }
    }
    room->nulls[row] = nulls;
    return 1;
}

long sqlite_take_rows(void *statement, struct sqlite_row_room *room) {
    sqlite3_stmt *prepared = statement;
    long row = 0, used = 0;
    while (row < room->rows_max && !room->is_done) {
        if (!room->has_row) {
            const int result = sqlite3_step(prepared);
            if (result == SQLITE_DONE) {
                // Another step would begin again.
                room->is_done = 1;
                break;
            }
            if (result != SQLITE_ROW) return -1;
            room->has_row = 1;
        }
        if (!take_row(prepared, room, row, &used)) return row > 0 ? row : -1;
        room->has_row = 0;
        row++;
    }
    return row;
}

long sqlite_look_up_integers(void *statement, const int64_t *keys, long count, int64_t *found, uint8_t *is_found) {
    sqlite3_stmt *prepared = statement;
    for (long key = 0; key < count; key++) {
        if (sqlite3_bind_int64(prepared, 1, keys[key]) != SQLITE_OK) return key;
        int result = sqlite3_step(prepared);
        is_found[key] = result == SQLITE_ROW;
        if (result == SQLITE_ROW) found[key] = sqlite3_column_int64(prepared, 0);
        if (sqlite3_reset(prepared) != SQLITE_OK || (result != SQLITE_ROW && result != SQLITE_DONE)) return key;
    }
    return count;
}

int sqlite_bind_lasting_text(void *statement, int place, const uint8_t *text, long bytes) {
    const char *start = bytes > 0 ? (const char *)text : "";
    return sqlite3_bind_text(statement, place, start, (int)bytes, SQLITE_STATIC) == SQLITE_OK;
}

int sqlite_next_row(void *statement, sqlite_value *values, int columns) {
    sqlite3_stmt *prepared = statement;
    int result = sqlite3_step(prepared);
    if (result != SQLITE_ROW) return result == SQLITE_DONE ? 0 : -1;
    for (int column = 0; column < columns; column++) {
        sqlite_value value = {0, 0, 0, 0};
        switch (sqlite3_column_type(prepared, column)) {
        case SQLITE_INTEGER: value.integer = sqlite3_column_int64(prepared, column); break;
        case SQLITE_TEXT:
            value.text = sqlite3_column_text(prepared, column);
            value.bytes = sqlite3_column_bytes(prepared, column);
            break;
        default: value.is_null = 1;
        }
        values[column] = value;
    }
    return 1;
}

void sqlite_end_rows(void *statement) {
    // The failure of a step is known by then; this repeats it.
    (void)sqlite3_reset(statement);
    (void)sqlite3_clear_bindings(statement);
}
