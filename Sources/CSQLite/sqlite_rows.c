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

void sqlite_end_rows(void *statement) { sqlite3_reset(statement); }
