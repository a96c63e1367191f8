#define _GNU_SOURCE
#include "linux_status.h"

#include <sys/stat.h>
#include <time.h>

int linux_file_status(const char *path, bool follows, struct linux_file_status *status) {
    struct stat found;
    if ((follows ? stat(path, &found) : lstat(path, &found)) != 0) return -1;
    *status = (struct linux_file_status){
        .device = found.st_dev,
        .node = found.st_ino,
        .bytes = found.st_size,
        .modified_seconds = found.st_mtim.tv_sec,
        .modified_nanoseconds = found.st_mtim.tv_nsec,
        .is_socket = S_ISSOCK(found.st_mode),
    };
    return 0;
}

int linux_set_file_time(int file, int64_t microseconds) {
    struct timespec time = {.tv_sec = microseconds / 1000000, .tv_nsec = microseconds % 1000000 * 1000};
    struct timespec times[2] = {time, time};
    return futimens(file, times);
}

int64_t linux_clock_microseconds(int clock) {
    struct timespec time = {0};
    clock_gettime(clock, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}
