// What can be done with files that Swift's Glibc module does not show.
#pragma once
#include <stdint.h>

#include "linux_status.h"

/// Makes `to` share all bytes of `from` until one of the two is written (FICLONE). 0, or -1 where the file
/// system cannot do that or the two files lie on different ones.
int linux_clone_file(int from, int to);

/// Copies up to `bytes` bytes at `offset` to the same place in `to`, within the kernel. Gives how many were
/// copied, 0 where `from` ends, and -1 with `errno`.
int64_t linux_copy_range(int from, int to, int64_t offset, int64_t bytes);

/// Has a program that is started get none of our files from `first` on; `actions` are posix_spawn's. 0, or an error.
int linux_spawn_closing_from(void *actions, int first);
