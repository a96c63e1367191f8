// What SQLite is told once for a whole process, by functions that Swift cannot call.
#pragma once

/// Stops counting the memory that SQLite uses: each allocation takes a lock for it. Has an effect before the first
/// database is opened, and none later.
void sqlite_stop_counting_memory(void);
