// What the system says of files and clocks, in types of our own: Swift finds `stat` and `timespec` in whichever module
// it happens to read first, and then not in the others.
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct linux_file_status {
    uint64_t device;
    uint64_t node;
    int64_t bytes;
    int64_t modified_seconds;
    int64_t modified_nanoseconds;
    bool is_socket;
};

/// What is under a path, of a symbolic link itself where `follows` is false. 0, or -1 with `errno`.
int linux_file_status(const char *path, bool follows, struct linux_file_status *status);

/// Sets when an open file was last read and written. 0, or -1 with `errno`.
int linux_set_file_time(int file, int64_t microseconds);

/// Microseconds of one of the system's clocks (clock_gettime(2)).
int64_t linux_clock_microseconds(int clock);
