#define _GNU_SOURCE
#include "linux_memory.h"

#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

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

void linux_share_memory(int pools) {
    (void)mallopt(M_ARENA_MAX, pools);
}

// Of what is never written the file has everything; what is written, be it once when the program is linked, is
// left alone.
static int give_back(struct dl_phdr_info *program, size_t size, void *nothing) {
    (void)size, (void)nothing;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < program->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &program->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || part->p_flags & PF_W) continue;
        const uintptr_t begin = (program->dlpi_addr + part->p_vaddr + page - 1) / page * page;
        const uintptr_t end = (program->dlpi_addr + part->p_vaddr + part->p_memsz) / page * page;
        // Where it fails, the pages stay.
        if (end > begin) (void)madvise((void *)begin, end - begin, MADV_DONTNEED);
    }
    // The first one is the program; libraries follow.
    return 1;
}

void linux_give_back_program(void) {
    (void)dl_iterate_phdr(give_back, NULL);
}
