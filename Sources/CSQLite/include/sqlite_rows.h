// Many rows through one prepared statement, without a call for each value.
#pragma once

#include <stdint.h>

/// Runs a prepared statement once for each row, bound to its `columns` integers; gives how many rows were done, which
/// are fewer than `rows` only where SQLite refused one: the connection then tells why.
long sqlite_run_integer_rows(void *statement, const int64_t *values, long rows, int columns);

/// Where the rows of a statement are taken to, which is run by `sqlite_take_rows`.
///
/// Of each row and column one number goes to `values`: an integer as it is; of a text or blob where its bytes lie in
/// `texts`, its offset shifted left by 16 and its length. Equal texts in one column of two rows that follow each other
/// have the same number. `nulls` has a bit for each column of a row that is NULL.
struct sqlite_row_room {
    int64_t *values;
    uint32_t *nulls;
    long rows_max;
    int columns;
    char *texts;
    long texts_max;
    /// Whether a row was read for which there was no room any more; 0 at first.
    int has_row;
    /// Whether the last row was read; 0 at first.
    int is_done;
};

/// Takes as many rows as there is room for; gives how many, 0 where none are left, and fewer than 0 where SQLite fails or
/// a row has texts that are too long.
long sqlite_take_rows(void *statement, struct sqlite_row_room *room);

/// Ends a statement whose rows were taken, all of them or not.
void sqlite_end_rows(void *statement);
