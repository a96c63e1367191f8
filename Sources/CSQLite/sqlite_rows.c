#include "sqlite_rows.h"
#include <sqlite3.h>

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

static int bind_cell(sqlite3_stmt *prepared, int place, sqlite_cell cell, const uint8_t *bytes) {
    // A null pointer would bind null instead of nothing at all.
    const char *start = cell.bytes > 0 ? (const char *)bytes + cell.value : "";
    switch (cell.kind) {
    case sqlite_cell_integer: return sqlite3_bind_int64(prepared, place, cell.value);
    case sqlite_cell_text: return sqlite3_bind_text(prepared, place, start, cell.bytes, SQLITE_STATIC);
    case sqlite_cell_blob: return sqlite3_bind_blob(prepared, place, start, cell.bytes, SQLITE_STATIC);
    default: return sqlite3_bind_null(prepared, place);
    }
}

long sqlite_run_rows(void *statement, const sqlite_cell *cells, const uint8_t *bytes, long rows, int columns) {
    sqlite3_stmt *prepared = statement;
    long row = 0;
    for (; row < rows; row++) {
        int result = SQLITE_OK;
        for (int column = 0; column < columns && result == SQLITE_OK; column++) {
            result = bind_cell(prepared, column + 1, cells[row * columns + column], bytes);
        }
        if (result != SQLITE_OK) break;
        result = sqlite3_step(prepared);
        if (sqlite3_reset(prepared) != SQLITE_OK || result != SQLITE_DONE) break;
    }
    // The bytes do not outlive this call; clearing them always succeeds.
    (void)sqlite3_clear_bindings(prepared);
    return row;
}

long sqlite_look_up_blobs(void *statement, int64_t first, const uint8_t *keys, const int64_t *ends, long count,
                          int64_t *found, uint8_t *is_found) {
    sqlite3_stmt *prepared = statement;
    long key = 0;
    for (; key < count; key++) {
        if (sqlite3_bind_int64(prepared, 1, first) != SQLITE_OK) break;
        int64_t start = key > 0 ? ends[key - 1] : 0;
        sqlite_cell cell = {start, (int32_t)(ends[key] - start), sqlite_cell_blob};
        if (bind_cell(prepared, 2, cell, keys) != SQLITE_OK) break;
        int result = sqlite3_step(prepared);
        is_found[key] = result == SQLITE_ROW;
        if (result == SQLITE_ROW) found[key] = sqlite3_column_int64(prepared, 0);
        if (sqlite3_reset(prepared) != SQLITE_OK || (result != SQLITE_ROW && result != SQLITE_DONE)) break;
    }
    (void)sqlite3_clear_bindings(prepared);
    return key;
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
