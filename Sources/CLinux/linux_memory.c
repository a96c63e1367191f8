#define _GNU_SOURCE
#include "linux_memory.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>

void *linux_grow_mapping(void *memory, size_t old_bytes, size_t new_bytes) {
    void *moved = mremap(memory, old_bytes, new_bytes, MREMAP_MAYMOVE);
    return moved == MAP_FAILED ? NULL : moved;
}

void linux_begin_writing(int descriptor, int64_t offset, int64_t bytes) {
    // A failure shows again, and counts, when the file is synced.
    (void)sync_file_range(descriptor, offset, bytes, SYNC_FILE_RANGE_WRITE);
}

int linux_open_uncached(const char *path) { return open(path, O_WRONLY | O_DIRECT | O_CLOEXEC); }

void linux_give_back_memory(void) {
    malloc_trim(0);
}
