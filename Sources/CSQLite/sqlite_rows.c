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
