// Many rows through one prepared statement, with few calls for each.
#pragma once

#include <stdint.h>

/// Runs a prepared statement once for each row, bound to its `columns` integers; gives how many rows were done, which
/// are fewer than `rows` only where SQLite refused one: the connection then tells why.
long sqlite_run_integer_rows(void *statement, const int64_t *values, long rows, int columns);

/// Looks up one integer for each key: runs a prepared statement bound to it and takes the first column of its first
/// row; `is_found` is 0 where there is none. Gives how many keys were done, which are fewer than `count` only where
/// SQLite failed: the connection then tells why.
long sqlite_look_up_integers(void *statement, const int64_t *keys, long count, int64_t *found, uint8_t *is_found);

/// What a cell of a row holds.
enum { sqlite_cell_null = 0, sqlite_cell_integer = 1, sqlite_cell_text = 2, sqlite_cell_blob = 3 };

/// A value to be bound: an integer, or where its bytes begin among those of all rows and how many there are.
typedef struct {
    int64_t value;
    int32_t bytes;
    int32_t kind;
} sqlite_cell;

/// The same as `sqlite_run_integer_rows` for rows of any values; texts and blobs lie in `bytes`, of which SQLite keeps
/// nothing.
long sqlite_run_rows(void *statement, const sqlite_cell *cells, const uint8_t *bytes, long rows, int columns);

/// Looks up one integer for each of the keys, which are blobs that lie one behind the other and end at `ends`: as
/// `sqlite_look_up_integers`, with the key as the second parameter and `first` as the first.
long sqlite_look_up_blobs(void *statement, int64_t first, const uint8_t *keys, const int64_t *ends, long count,
                          int64_t *found, uint8_t *is_found);

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
