/* Preloaded into the command line under test: kills the process right after the N-th flush of a journal, or
 * lets the disk be full from the N-th write to a journal on. Production code knows nothing of it.
 *
 *   JOURNAL_KILL_AFTER=N   SIGKILL after the N-th fdatasync of a file whose name ends in .jsonl
 *   JOURNAL_FULL_FROM=N    ENOSPC for the N-th and every later write to such a file, half of it written
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int is_journal(int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 6) return 0;
  path[length] = 0;
  return strcmp(path + length - 6, ".jsonl") == 0;
}

static long setting(const char *name) {
  const char *text = getenv(name);
  return text == NULL ? 0 : strtol(text, NULL, 10);
}

int fdatasync(int fd) {
  static int (*real)(int);
  static long count;
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  int result = real(fd);
  long limit = setting("JOURNAL_KILL_AFTER");
  if (limit > 0 && is_journal(fd) && __sync_add_and_fetch(&count, 1) == limit) kill(getpid(), SIGKILL);
  return result;
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  static long count;
  if (real == NULL) real = (ssize_t (*)(int, const void *, size_t, off64_t))dlsym(RTLD_NEXT, "pwrite64");
  long limit = setting("JOURNAL_FULL_FROM");
  if (limit > 0 && is_journal(fd) && __sync_add_and_fetch(&count, 1) >= limit) {
    ssize_t half = size < 2 ? 0 : real(fd, data, size / 2, offset);
    if (half > 0 && count == limit) return half;
    errno = ENOSPC;
    return -1;
  }
  return real(fd, data, size, offset);
}
