/* Preload library that delays every fsync and fdatasync by SLOWSYNC_US microseconds, to simulate a slow disk. */
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
