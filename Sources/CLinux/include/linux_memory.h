// Mappings and write-back that Linux offers beyond POSIX, and Swift's Glibc module does not show.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Makes a mapping larger, elsewhere if it must be; its bytes move by their pages. NULL where there is no room.
void *linux_grow_mapping(void *memory, size_t old_bytes, size_t new_bytes);

/// Begins to write a range of a file to the disk, and does not wait for it. Only a hint.
void linux_begin_writing(int descriptor, int64_t offset, int64_t bytes);

/// Opens a file for writing whole pages of memory as whole pages of the file, past the cache; -1 where the
/// file system cannot do that.
int linux_open_uncached(const char *path);

/// Gives memory that was freed back to the system, as far as the C library keeps it for later.
void linux_give_back_memory(void);

/// Has threads that are started from now on share so many pools of memory: each pool keeps what it has freed for
/// itself.
void linux_share_memory(int pools);

/// Takes the program's own code out of memory as far as nobody else has it there: each page comes back from the
/// file where it is needed. For a process at rest, of which a small part of the code runs.
void linux_give_back_program(void);
