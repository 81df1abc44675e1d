/* Faults and trace. The control file (SOFTSKF_CONTROL) is read again before every call; its lines are
 *     FUNCTION N ACTION [ARGUMENT]
 * FUNCTION `*` counts all calls, N `*` means every call. Counts belong to the process and begin anew when the
 * file changes. Actions that end or stop the process remove the file first, so that the process that follows
 * runs clean. See README.md. */
#define _GNU_SOURCE
#include "softskf.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FUNCTIONS 96

struct lies control_lies;

static long total;
static struct {
  const char *name;
  long calls;
} counts[FUNCTIONS];

/* A file that was replaced begins a new count: call 1 is the next call. */
static void notice_change(void) {
  static struct stat known;
  struct stat status = {0};
  const char *control = getenv("SOFTSKF_CONTROL");
  if (!control || stat(control, &status)) return;
  if (status.st_ino != known.st_ino || status.st_mtim.tv_nsec != known.st_mtim.tv_nsec ||
      status.st_mtim.tv_sec != known.st_mtim.tv_sec)
    for (int i = total = 0; i < FUNCTIONS; i++) counts[i].calls = 0;
  known = status;
}

static long count_call(const char *function) {
  notice_change();
  total++;
  int i = 0;
  while (counts[i].name && strcmp(counts[i].name, function)) i++;
  counts[i].name = function;
  return ++counts[i].calls;
}

static long calls_of(const char *function) {
  for (int i = 0; counts[i].name; i++)
    if (!strcmp(counts[i].name, function)) return counts[i].calls;
  return 0;
}

static void nap(long milliseconds) {
  struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&time, NULL);
}

static void die(const char *action) {
  if (strstr(action, "parent") || strstr(action, "both")) kill(getppid(), SIGKILL);
  if (strstr(action, "parent")) return;
  else if (strstr(action, "crash")) raise(SIGSEGV);
  else kill(getpid(), SIGKILL);
  for (;;) nap(1000);
}

/* Stops until the file named `path` is gone; `path`.paused tells the test that we are here. */
static void pause_until_gone(const char *path) {
  char reached[PATH_SIZE];
  struct stat status;
  snprintf(reached, sizeof reached, "%s.paused", path);
  FILE *file = fopen(reached, "w");
  if (file) fclose(file);
  while (!stat(path, &status)) nap(5);
}

/* The folder of the device goes into the drawer beside the devices' folder, as tests unplug it. */
static void unplug(const char *device) {
  char from[PATH_SIZE], to[PATH_SIZE];
  snprintf(from, sizeof from, "%s/%s", store_home(), device);
  snprintf(to, sizeof to, "%s/../unplugged/%s", store_home(), device);
  rename(from, to);
}

static ULONG act(const char *action, const char *argument, bool after, const char *control) {
  size_t length = strlen(action);
  bool is_after = length > 6 && !strcmp(action + length - 6, "-after");
  if (is_after != after) return SAR_OK;
  if (!strncmp(action, "kill", 4) || !strncmp(action, "crash", 5)) {
    unlink(control);
    die(action);
  }
  if (!strcmp(action, "hang")) {
    unlink(control);
    for (;;) nap(1000);
  }
  if (!strncmp(action, "pause", 5)) pause_until_gone(argument);
  if (!strncmp(action, "unplug", 6)) unplug(argument);
  if (!strcmp(action, "slow")) nap(atol(argument));
  if (!strcmp(action, "fail") || !strcmp(action, "fail-after")) return (ULONG)strtoul(argument, NULL, 0);
  if (!strcmp(action, "removed")) return SAR_DEVICE_REMOVED;
  if (!strcmp(action, "skip")) control_lies.skip = true;
  if (!strcmp(action, "overrun")) control_lies.overrun = true;
  if (!strcmp(action, "rubbish")) control_lies.rubbish_length = true;
  if (!strcmp(action, "unterminated")) control_lies.unterminated = true;
  if (!strcmp(action, "wide")) control_lies.wide = true;
  return SAR_OK;
}

static ULONG consult(const char *function, bool after) {
  const char *control = getenv("SOFTSKF_CONTROL");
  FILE *file = control ? fopen(control, "r") : NULL;
  if (!file) return SAR_OK;
  char line[PATH_SIZE], name[64], when[16], action[32], argument[PATH_SIZE];
  ULONG rv = SAR_OK;
  while (rv == SAR_OK && fgets(line, sizeof line, file)) {
    argument[0] = 0;
    if (sscanf(line, "%63s %15s %31s %1023s", name, when, action, argument) < 3) continue;
    bool any = !strcmp(name, "*");
    if (!any && strcmp(name, function)) continue;
    long n = any ? total : calls_of(function), wanted = atol(when);
    bool always = !strcmp(when, "*"), from_here_on = !strcmp(action, "removed");
    if (always || n == wanted || (from_here_on && n > wanted)) rv = act(action, argument, after, control);
  }
  fclose(file);
  return rv;
}

ULONG control_before(const char *function) {
  count_call(function);
  control_lies = (struct lies){0};
  return consult(function, false);
}

ULONG control_after(const char *function, ULONG rv) {
  const char *path = getenv("SOFTSKF_TRACE");
  FILE *file = path ? fopen(path, "a") : NULL;
  if (file) {
    fprintf(file, "%ld %s 0x%08lx\n", total, function, (unsigned long)rv);
    fclose(file);
  }
  ULONG changed = consult(function, true);
  return changed == SAR_OK ? rv : changed;
}
