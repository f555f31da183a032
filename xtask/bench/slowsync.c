/* Preloaded, it adds SLOWSYNC_US microseconds to every fsync and fdatasync, to stand for a disk whose flush is
   slower than this machine's. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void wait_more(void) {
    static long us = -1;
    if (us < 0) {
        const char *e = getenv("SLOWSYNC_US");
        us = e ? atol(e) : 0;
    }
    if (us > 0) {
        struct timespec t = {us / 1000000, (us % 1000000) * 1000};
        nanosleep(&t, 0);
    }
}

int fsync(int fd) { wait_more(); return (int)syscall(SYS_fsync, fd); }
int fdatasync(int fd) { wait_more(); return (int)syscall(SYS_fdatasync, fd); }
