// What Linux offers beyond POSIX, and Swift's Glibc module does not show.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Makes a mapping larger, elsewhere if it must be; its bytes move by their pages. NULL where there is no room.
void *linux_grow_mapping(void *memory, size_t old_bytes, size_t new_bytes);

/// Begins to write a range of a file to the disk, and does not wait for it. Only a hint.
void linux_begin_writing(int descriptor, int64_t offset, int64_t bytes);

/// Waits until a range of a file is on the disk, and takes it out of the cache; 0 bytes are all to the end.
/// Only a hint.
void linux_forget_written(int descriptor, int64_t offset, int64_t bytes);
