/*
 * Adds one millisecond to every fsync and fdatasync of the process that it is preloaded into: a slower disk, the
 * same on every machine. Built by the bench: gcc -shared -fPIC -O2 slowSync.c -o slowSync.so -ldl
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

#define ADDED_NANOSECONDS 1000000L

typedef int (*sync_function)(int);

static void wait_longer(void) {
  struct timespec added = {0, ADDED_NANOSECONDS};
  nanosleep(&added, 0);
}

int fsync(int file) {
  static sync_function real;
  if (!real) real = (sync_function)dlsym(RTLD_NEXT, "fsync");
  wait_longer();
  return real(file);
}

int fdatasync(int file) {
  static sync_function real;
  if (!real) real = (sync_function)dlsym(RTLD_NEXT, "fdatasync");
  wait_longer();
  return real(file);
}
