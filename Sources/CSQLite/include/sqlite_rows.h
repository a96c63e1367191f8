// Many rows through one prepared statement, with few calls for each.
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

/// Looks up one integer for each key: runs a prepared statement bound to it and takes the first column of its first
/// row; `is_found` is 0 where there is none. Gives how many keys were done, which are fewer than `count` only where
/// SQLite failed: the connection then tells why.
long sqlite_look_up_integers(void *statement, const int64_t *keys, long count, int64_t *found, uint8_t *is_found);

/// A value of a row: an integer, a text that lasts until the next row is asked for, or neither.
typedef struct {
    int64_t integer;
    const uint8_t *text;
    int32_t bytes;
    uint8_t is_null;
} sqlite_value;

/// Binds a text, which has to last until the statement has been ended; gives 1, or 0 where SQLite refuses it.
int sqlite_bind_lasting_text(void *statement, int place, const uint8_t *text, long bytes);

/// Steps to the next row and gives its values, which are integers, texts or null: 1 with a row, 0 behind the last, and
/// -1 where SQLite failed: the connection then tells why.
int sqlite_next_row(void *statement, sqlite_value *values, int columns);

/// Ends a statement that was stepped through, and forgets what it was bound to.
void sqlite_end_rows(void *statement);
