/* Preloaded into the command line under test and into its driver host: kills at a write to the disk, or lets
 * the disk be full. Production code knows nothing of it.
 *
 *   JOURNAL_KILL_AFTER=N   SIGKILL after the N-th fdatasync of a file whose name ends in .jsonl
 *   JOURNAL_FULL_FROM=N    ENOSPC for the N-th and every later write to such a file, half of it written
 *
 *   KEY_FILE=PATH          a software key. Each durable write of it ends in a rename onto PATH or PATH.bak; the
 *                          name of the target is appended to KEY_FILE_TRACE
 *   KEY_FILE_FAULT=ACTION NAME N [FILE]
 *                          at the N-th rename onto the file called NAME:
 *     kill-before, kill-after    SIGKILL to this process and to the application, which is its parent
 *     pull                       the folder of the file is away afterwards, as FOLDER.pulled
 *     pause                      makes FILE.paused and waits until FILE is gone
 *     full                       ENOSPC, half of it written, for whatever is written beside PATH once N - 1
 *                                renames onto PATH have been made
 *
 *   STEP_KILL_AFTER=N      SIGKILL to Node after the N-th fsync, rename, unlink or chmod it makes
 *   STEP_TRACE=FILE        the name of each of those is appended to FILE
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static int path_of(int fd, char path[PATH_MAX]) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  path[length < 0 ? 0 : length] = 0;
  return length > 0;
}

static int is_journal(int fd) {
  char path[PATH_MAX];
  size_t length = path_of(fd, path) ? strlen(path) : 0;
  return length > 6 && strcmp(path + length - 6, ".jsonl") == 0;
}

static long setting(const char *name) {
  const char *text = getenv(name);
  return text == NULL ? 0 : strtol(text, NULL, 10);
}

/* ---- every durable step ---- */

/* Node alone: what it starts inherits the settings. */
static int step(const char *name, int result) {
  static long count;
  const char *trace = getenv("STEP_TRACE");
  long limit = setting("STEP_KILL_AFTER");
  if ((trace == NULL && limit <= 0) || strcmp(program_invocation_short_name, "node") != 0) return result;
  int fd = trace == NULL ? -1 : open(trace, O_CREAT | O_APPEND | O_WRONLY, 0600);
  if (fd >= 0) {
    dprintf(fd, "%s\n", name);
    close(fd);
  }
  if (__sync_add_and_fetch(&count, 1) == limit) kill(getpid(), SIGKILL);
  return result;
}

int fsync(int fd) {
  static int (*real)(int);
  if (real == NULL) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  return step("fsync", real(fd));
}

int unlink(const char *path) {
  static int (*real)(const char *);
  if (real == NULL) real = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
  return step("unlink", real(path));
}

int chmod(const char *path, mode_t mode) {
  static int (*real)(const char *, mode_t);
  if (real == NULL) real = (int (*)(const char *, mode_t))dlsym(RTLD_NEXT, "chmod");
  return step("chmod", real(path, mode));
}

/* ---- journals ---- */

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

/* ---- software keys ---- */

static long renames_of_key, renames_of_backup;

/* The fault for this moment. `name` null: whatever the name. */
static int is_due(const char *action, const char *name, long count, char argument[PATH_MAX]) {
  const char *text = getenv("KEY_FILE_FAULT");
  char wanted[32], on[PATH_MAX];
  long at = 0;
  argument[0] = 0;
  if (text == NULL || sscanf(text, "%31s %4095s %ld %4095s", wanted, on, &at, argument) < 3) return 0;
  if (strcmp(wanted, action) != 0) return 0;
  return name == NULL ? count >= at : strcmp(on, name) == 0 && count == at;
}

static void end_both(void) {
  kill(getppid(), SIGKILL);
  kill(getpid(), SIGKILL);
}

static void wait_until_gone(const char *path) {
  char reached[PATH_MAX + 8];
  snprintf(reached, sizeof reached, "%s.paused", path);
  int fd = open(reached, O_CREAT | O_WRONLY, 0600);
  if (fd >= 0) close(fd);
  while (access(path, F_OK) == 0) nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

static void note(const char *name) {
  const char *trace = getenv("KEY_FILE_TRACE");
  int fd = trace == NULL ? -1 : open(trace, O_CREAT | O_APPEND | O_WRONLY, 0600);
  if (fd < 0) return;
  dprintf(fd, "%s\n", name);
  close(fd);
}

int rename(const char *from, const char *to) {
  static int (*real)(const char *, const char *);
  if (real == NULL) real = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  const char *key = getenv("KEY_FILE");
  size_t length = key == NULL ? 0 : strlen(key);
  int is_key = length > 0 && strcmp(to, key) == 0;
  int is_backup = length > 0 && strncmp(to, key, length) == 0 && strcmp(to + length, ".bak") == 0;
  if (!is_key && !is_backup) return step("rename", real(from, to));
  const char *name = strrchr(to, '/') + 1;
  long count = __sync_add_and_fetch(is_key ? &renames_of_key : &renames_of_backup, 1);
  char argument[PATH_MAX];
  if (is_due("kill-before", name, count, argument)) end_both();
  if (is_due("pause", name, count, argument)) wait_until_gone(argument);
  int result = real(from, to);
  note(name);
  if (is_due("kill-after", name, count, argument)) end_both();
  if (is_due("pull", name, count, argument)) {
    char stick[PATH_MAX], away[PATH_MAX + 8];
    snprintf(stick, sizeof stick, "%.*s", (int)(strrchr(key, '/') - key), key);
    snprintf(away, sizeof away, "%s.pulled", stick);
    real(stick, away);
  }
  return result;
}

ssize_t write(int fd, const void *data, size_t size) {
  static ssize_t (*real)(int, const void *, size_t);
  if (real == NULL) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  const char *key = getenv("KEY_FILE");
  char path[PATH_MAX], argument[PATH_MAX];
  if (key == NULL || !is_due("full", NULL, renames_of_key + 1, argument)) return real(fd, data, size);
  if (!path_of(fd, path) || strncmp(path, key, strlen(key)) != 0) return real(fd, data, size);
  if (size > 1) real(fd, data, size / 2);
  errno = ENOSPC;
  return -1;
}
