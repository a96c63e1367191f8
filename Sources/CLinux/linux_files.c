#define _GNU_SOURCE
#include "linux_files.h"

#include <linux/fs.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <unistd.h>

int linux_clone_file(int from, int to) { return ioctl(to, FICLONE, from); }

int64_t linux_copy_range(int from, int to, int64_t offset, int64_t bytes) {
    off_t from_offset = offset, to_offset = offset;
    return copy_file_range(from, &from_offset, to, &to_offset, (size_t)bytes, 0);
}

int linux_spawn_closing_from(void *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
