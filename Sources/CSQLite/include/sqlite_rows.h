// Many rows through one prepared statement, without a call for each value.
#pragma once

#include <stdint.h>

/// Runs a prepared statement once for each row, bound to its `columns` integers; gives how many rows were done, which
/// are fewer than `rows` only where SQLite refused one: the connection then tells why.
long sqlite_run_integer_rows(void *statement, const int64_t *values, long rows, int columns);
