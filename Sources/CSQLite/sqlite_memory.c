#include "sqlite_memory.h"
#include <sqlite3.h>

void sqlite_stop_counting_memory(void) {
    // Refused where SQLite is in use already; then it goes on counting, which is only slower.
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
