// A transaction that somebody else asks to end.
#pragma once

/// Makes a request that nobody has made yet; free it when no connection looks at it any more.
void *sqlite_stop_make(void);
void sqlite_stop_free(void *stop);

/// Makes the request; from any thread.
void sqlite_stop_request(void *stop);

/// Whether the request was made.
int sqlite_stop_is_requested(void *stop);

/// Lets the statements of a connection fail with SQLITE_INTERRUPT once the request is made; with null never again.
void sqlite_stop_heed(void *connection, void *stop);
