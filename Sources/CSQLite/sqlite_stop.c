#include "include/sqlite_stop.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>

// Some thousandths of a second of work.
static const int operations_per_look = 20000;

void *sqlite_stop_make(void) {
    atomic_int *stop = malloc(sizeof(atomic_int));
    if (stop) atomic_init(stop, 0);
    return stop;
}

void sqlite_stop_free(void *stop) { free(stop); }

void sqlite_stop_request(void *stop) {
    if (stop) atomic_store((atomic_int *)stop, 1);
}

int sqlite_stop_is_requested(void *stop) { return stop ? atomic_load((atomic_int *)stop) : 0; }

void sqlite_stop_heed(void *connection, void *stop) {
    if (stop) {
        sqlite3_progress_handler(connection, operations_per_look, sqlite_stop_is_requested, stop);
    } else {
        sqlite3_progress_handler(connection, 0, NULL, NULL);
    }
}
