/*
 * A PKCS#11 module for tests: passes every call to the module named by P11PROXY_MODULE and, on the way, does
 * what the control file says: fail, hang, crash, pause, kill, remove the token, lie about its flags or serial.
 * README.md describes the control file and the trace. Linux only; one thread at a time, as our host calls it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <pkcs11.h>

#define WRITES 1 /* changes what is on the token */
#define STORES 2 /* needs room on the token */
#define SLOTS 4  /* works without a token in the slot */

/* Name, number of arguments, nature. Every argument of PKCS#11 v2.40 fits a machine word. */
#define FUNCTIONS(X) \
  X(C_Initialize, 1, SLOTS) X(C_Finalize, 1, SLOTS) X(C_GetInfo, 1, SLOTS) \
  X(C_GetSlotList, 3, SLOTS) X(C_GetSlotInfo, 2, SLOTS) X(C_GetTokenInfo, 2, 0) \
  X(C_GetMechanismList, 3, 0) X(C_GetMechanismInfo, 3, 0) X(C_InitToken, 4, WRITES) \
  X(C_InitPIN, 3, WRITES) X(C_SetPIN, 5, WRITES) X(C_OpenSession, 5, 0) X(C_CloseSession, 1, 0) \
  X(C_CloseAllSessions, 1, 0) X(C_GetSessionInfo, 2, 0) X(C_GetOperationState, 3, 0) \
  X(C_SetOperationState, 5, 0) X(C_Login, 4, 0) X(C_Logout, 1, 0) \
  X(C_CreateObject, 4, WRITES | STORES) X(C_CopyObject, 5, WRITES | STORES) X(C_DestroyObject, 2, WRITES) \
  X(C_GetObjectSize, 3, 0) X(C_GetAttributeValue, 4, 0) X(C_SetAttributeValue, 4, WRITES) \
  X(C_FindObjectsInit, 3, 0) X(C_FindObjects, 4, 0) X(C_FindObjectsFinal, 1, 0) \
  X(C_EncryptInit, 3, 0) X(C_Encrypt, 5, 0) X(C_EncryptUpdate, 5, 0) X(C_EncryptFinal, 3, 0) \
  X(C_DecryptInit, 3, 0) X(C_Decrypt, 5, 0) X(C_DecryptUpdate, 5, 0) X(C_DecryptFinal, 3, 0) \
  X(C_DigestInit, 2, 0) X(C_Digest, 5, 0) X(C_DigestUpdate, 3, 0) X(C_DigestKey, 2, 0) X(C_DigestFinal, 3, 0) \
  X(C_SignInit, 3, 0) X(C_Sign, 5, 0) X(C_SignUpdate, 3, 0) X(C_SignFinal, 3, 0) \
  X(C_SignRecoverInit, 3, 0) X(C_SignRecover, 5, 0) X(C_VerifyInit, 3, 0) X(C_Verify, 5, 0) \
  X(C_VerifyUpdate, 3, 0) X(C_VerifyFinal, 3, 0) X(C_VerifyRecoverInit, 3, 0) X(C_VerifyRecover, 5, 0) \
  X(C_DigestEncryptUpdate, 5, 0) X(C_DecryptDigestUpdate, 5, 0) X(C_SignEncryptUpdate, 5, 0) \
  X(C_DecryptVerifyUpdate, 5, 0) X(C_GenerateKey, 5, WRITES | STORES) X(C_GenerateKeyPair, 8, WRITES | STORES) \
  X(C_WrapKey, 6, 0) X(C_UnwrapKey, 8, WRITES | STORES) X(C_DeriveKey, 6, WRITES | STORES) \
  X(C_SeedRandom, 3, 0) X(C_GenerateRandom, 3, 0) X(C_GetFunctionStatus, 1, 0) X(C_CancelFunction, 1, 0) \
  X(C_WaitForSlotEvent, 3, SLOTS)

enum function {
#define ENTRY(name, arity, nature) F_##name,
  FUNCTIONS(ENTRY)
#undef ENTRY
  FUNCTION_COUNT
};

static const struct { const char *name; int nature; } functions[FUNCTION_COUNT] = {
#define ENTRY(name, arity, nature) { #name, nature },
  FUNCTIONS(ENTRY)
#undef ENTRY
};

enum action { FAIL, HANG, CRASH, PAUSE, KILL, REMOVE, SLOW };
static const char *const action_names[] = { "fail", "hang", "crash", "pause", "kill", "remove", "slow" };

/* Whom a rule is for: one function, or all of a nature. */
enum { ANY = -1, MUTATING = -2, STORING = -3 };

struct rule {
  enum action action;
  int target;
  unsigned number;  /* which call, from 1 */
  int from_then_on; /* that call and every later one */
  unsigned long value; /* fail: CKR; slow: milliseconds */
  int kills_parent, kills_self, is_after;
};

static struct {
  struct rule rules[64];
  int rule_count;
  CK_FLAGS flags_on, flags_off;
  int has_serial;
  char serial[17];
  CK_MECHANISM_TYPE mechanisms[8];
  CK_ULONG mechanism_count;
} control;

/* What outlives a process: counters since the control file last changed, shared through P11PROXY_CONTROL.state. */
struct shared {
  uint64_t stamp;
  uint32_t counts[FUNCTION_COUNT];
  uint32_t mutating, storing, total;
  uint32_t is_removed;
};
static struct shared own_counts;
static struct shared *shared = &own_counts;

static CK_FUNCTION_LIST_PTR real;
static CK_FUNCTION_LIST proxy_list;
static uint64_t loaded_stamp;
static int has_closed_sessions;

static void refuse(const char *what, const char *detail) {
  fprintf(stderr, "pkcs11-proxy: %s: %s\n", what, detail);
  _exit(70);
}

static void sleep_ms(unsigned long ms) {
  struct timespec time = { ms / 1000, (ms % 1000) * 1000000L };
  while (nanosleep(&time, &time) != 0 && errno == EINTR) {}
}

/* ---- control file ---- */

static uint64_t control_stamp(void) {
  struct stat info;
  const char *path = getenv("P11PROXY_CONTROL");
  if (path == NULL || stat(path, &info) != 0) return 1;
  uint64_t stamp = info.st_mtim.tv_sec * 1000000000ull + info.st_mtim.tv_nsec;
  return (stamp * 31 + info.st_ino) * 31 + info.st_size;
}

static int target_of(const char *name) {
  if (strcmp(name, "ANY") == 0) return ANY;
  if (strcmp(name, "MUTATING") == 0) return MUTATING;
  if (strcmp(name, "STORING") == 0) return STORING;
  for (int index = 0; index < FUNCTION_COUNT; index++)
    if (strcmp(name, functions[index].name) == 0) return index;
  refuse("no such function", name);
  return 0;
}

static struct rule *add_rule(enum action action, const char *target, const char *when) {
  if (control.rule_count == 64) refuse("too many rules", target);
  struct rule *rule = &control.rules[control.rule_count++];
  memset(rule, 0, sizeof *rule);
  rule->action = action;
  rule->target = target_of(target);
  rule->number = strcmp(when, "*") == 0 ? 1 : (unsigned)strtoul(when, NULL, 10);
  rule->from_then_on = strcmp(when, "*") == 0 || when[strlen(when) - 1] == '+';
  if (rule->number == 0) refuse("no such call number", when);
  return rule;
}

static void set_flag(const char *name) {
  static const struct { const char *name; CK_FLAGS on, off; } known[] = {
    { "low", CKF_USER_PIN_COUNT_LOW, 0 },
    { "final", CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_COUNT_LOW, 0 },
    { "locked", CKF_USER_PIN_LOCKED, 0 },
    { "initial", CKF_USER_PIN_TO_BE_CHANGED, 0 },
    { "so-low", CKF_SO_PIN_COUNT_LOW, 0 },
    { "so-final", CKF_SO_PIN_FINAL_TRY | CKF_SO_PIN_COUNT_LOW, 0 },
    { "so-locked", CKF_SO_PIN_LOCKED, 0 },
    { "uninitialised", 0, CKF_USER_PIN_INITIALIZED },
    { "blank", 0, CKF_TOKEN_INITIALIZED },
    { "protected", CKF_WRITE_PROTECTED, 0 },
  };
  for (size_t index = 0; index < sizeof known / sizeof *known; index++) {
    if (strcmp(name, known[index].name) != 0) continue;
    control.flags_on |= known[index].on;
    control.flags_off |= known[index].off;
    return;
  }
  refuse("no such flag", name);
}

static void read_rule(char **words, int count) {
  for (int action = FAIL; action <= SLOW; action++) {
    if (strcmp(words[0], action_names[action]) != 0) continue;
    if (count < 3) refuse("function and call number are missing", words[0]);
    struct rule *rule = add_rule(action, words[1], words[2]);
    if (action == FAIL || action == SLOW) {
      if (count != 4) refuse("value is missing", words[0]);
      rule->value = strtoul(words[3], NULL, 0);
    }
    if (action == KILL) {
      if (count != 5) refuse("kill needs whom and when", words[1]);
      rule->kills_self = strcmp(words[3], "parent") != 0;
      rule->kills_parent = strcmp(words[3], "self") != 0;
      rule->is_after = strcmp(words[4], "after") == 0;
    }
    return;
  }
  refuse("no such action", words[0]);
}

static void read_line(char *line) {
  char *words[6];
  int count = 0;
  for (char *word = strtok(line, " \t\r\n"); word != NULL && count < 6; word = strtok(NULL, " \t\r\n"))
    words[count++] = word;
  if (count == 0 || words[0][0] == '#') return;
  if (strcmp(words[0], "flags") == 0) {
    for (int index = 1; index < count; index++) set_flag(words[index]);
  } else if (strcmp(words[0], "serial") == 0) {
    control.has_serial = 1;
    snprintf(control.serial, sizeof control.serial, "%-16s", count > 1 ? words[1] : "");
  } else if (strcmp(words[0], "mechanism") == 0) {
    if (control.mechanism_count == 8 || count != 2) refuse("no room, or not one number", words[0]);
    control.mechanisms[control.mechanism_count++] = strtoul(words[1], NULL, 0);
  } else if (strcmp(words[0], "full") == 0) {
    add_rule(FAIL, "STORING", "*")->value = CKR_DEVICE_MEMORY;
  } else if (strcmp(words[0], "refuse") == 0) {
    add_rule(FAIL, "MUTATING", "*")->value = CKR_TOKEN_WRITE_PROTECTED;
  } else {
    read_rule(words, count);
  }
}

static void open_shared(void) {
  const char *path = getenv("P11PROXY_CONTROL");
  char name[4096];
  if (path == NULL || shared != &own_counts) return;
  snprintf(name, sizeof name, "%s.state", path);
  int file = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ftruncate(file, sizeof *shared) != 0) refuse("cannot keep counters in", name);
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (shared == MAP_FAILED) refuse("cannot map", name);
}

/* Reads the control file again where it has changed; a change sets every counter to nought and plugs the token in. */
static void refresh_control(void) {
  uint64_t stamp = control_stamp();
  open_shared();
  if (stamp == loaded_stamp) return;
  memset(&control, 0, sizeof control);
  loaded_stamp = stamp;
  if (shared->stamp != stamp) {
    memset(shared, 0, sizeof *shared);
    shared->stamp = stamp;
  }
  has_closed_sessions = 0;
  const char *path = getenv("P11PROXY_CONTROL");
  FILE *file = path == NULL ? NULL : fopen(path, "re");
  if (file == NULL) return;
  char line[512];
  while (fgets(line, sizeof line, file) != NULL) read_line(line);
  fclose(file);
}

/* ---- trace ---- */

static void trace(enum function function, unsigned number, const char *outcome) {
  const char *path = getenv("P11PROXY_TRACE");
  if (path == NULL) return;
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) refuse("cannot trace to", path);
  char line[128];
  int length = snprintf(line, sizeof line, "%u %s %s\n", number, functions[function].name, outcome);
  if (write(file, line, (size_t)length) != length) refuse("cannot write", path);
  close(file);
}

static void trace_rv(enum function function, unsigned number, CK_RV rv) {
  char text[24];
  snprintf(text, sizeof text, "0x%08lx", (unsigned long)rv);
  trace(function, number, text);
}

/* ---- what rules do ---- */

static unsigned count_for(const struct rule *rule, enum function function) {
  if (rule->target == ANY) return shared->total;
  if (rule->target == MUTATING) return functions[function].nature & WRITES ? shared->mutating : 0;
  if (rule->target == STORING) return functions[function].nature & STORES ? shared->storing : 0;
  return rule->target == (int)function ? shared->counts[function] : 0;
}

static int applies(const struct rule *rule, enum function function) {
  unsigned count = count_for(rule, function);
  return count != 0 && (rule->from_then_on ? count >= rule->number : count == rule->number);
}

static void kill_for(const struct rule *rule) {
  if (rule->kills_parent) kill(getppid(), SIGKILL);
  if (rule->kills_self) kill(getpid(), SIGKILL);
}

/* As pulling a key does: sessions and logins are gone when it comes back. */
static void close_sessions(void) {
  CK_SLOT_ID slots[64];
  CK_ULONG count = 64;
  if (has_closed_sessions) return;
  has_closed_sessions = 1;
  if (real->C_GetSlotList(CK_TRUE, slots, &count) != CKR_OK) return;
  for (CK_ULONG index = 0; index < count; index++) real->C_CloseAllSessions(slots[index]);
}

static void pause_until_changed(enum function function, unsigned number) {
  trace(function, number, "paused");
  while (control_stamp() == loaded_stamp) sleep_ms(2);
}

#define PASS ((CK_RV)-1)

/* Counts the call and answers PASS, or what the call is to answer instead of being made. */
static CK_RV before(enum function function, unsigned *number) {
  refresh_control();
  *number = ++shared->total;
  shared->counts[function]++;
  if (functions[function].nature & WRITES) shared->mutating++;
  if (functions[function].nature & STORES) shared->storing++;
  for (int index = 0; index < control.rule_count; index++) {
    const struct rule *rule = &control.rules[index];
    if (!applies(rule, function)) continue;
    switch (rule->action) {
      case FAIL: return rule->value;
      case HANG: trace(function, *number, "hanging"); for (;;) pause();
      case CRASH: *(volatile int *)0 = 1; break;
      case PAUSE: pause_until_changed(function, *number); return PASS;
      case KILL: if (!rule->is_after) kill_for(rule); break;
      case REMOVE: shared->is_removed = 1; break;
      case SLOW: sleep_ms(rule->value); break;
    }
  }
  if (!shared->is_removed) return PASS;
  close_sessions();
  if (functions[function].nature & SLOTS) return PASS;
  return function == F_C_GetTokenInfo || function == F_C_OpenSession ? CKR_TOKEN_NOT_PRESENT : CKR_DEVICE_REMOVED;
}

static CK_RV after(enum function function, unsigned number, CK_RV rv) {
  trace_rv(function, number, rv);
  for (int index = 0; index < control.rule_count; index++) {
    const struct rule *rule = &control.rules[index];
    if (rule->action == KILL && rule->is_after && applies(rule, function)) kill_for(rule);
  }
  return rv;
}

/* What a removed token or a told lie changes in an answer. */
static void adjust_token_info(CK_TOKEN_INFO_PTR info) {
  if (info == NULL) return;
  info->flags = (info->flags | control.flags_on) & ~control.flags_off;
  if (control.has_serial) memcpy(info->serialNumber, control.serial, sizeof info->serialNumber);
}

/* More at the end. Who asks first how many there are has room for them. */
static void adjust_mechanisms(CK_MECHANISM_TYPE_PTR list, CK_ULONG_PTR count) {
  if (list != NULL) memcpy(list + *count, control.mechanisms, control.mechanism_count * sizeof *list);
  *count += control.mechanism_count;
}

static void adjust(enum function function, const long *argument) {
  if (function == F_C_GetMechanismList)
    adjust_mechanisms((CK_MECHANISM_TYPE_PTR)argument[1], (CK_ULONG_PTR)argument[2]);
  if (function == F_C_GetTokenInfo) adjust_token_info((CK_TOKEN_INFO_PTR)argument[1]);
  if (!shared->is_removed) return;
  if (function == F_C_GetSlotList && (CK_BBOOL)argument[0]) *(CK_ULONG_PTR)argument[2] = 0;
  if (function == F_C_GetSlotInfo) ((CK_SLOT_INFO_PTR)argument[1])->flags &= ~CKF_TOKEN_PRESENT;
}

/* ---- the functions ---- */

#define P1 long a
#define P2 P1, long b
#define P3 P2, long c
#define P4 P3, long d
#define P5 P4, long e
#define P6 P5, long f
#define P7 P6, long g
#define P8 P7, long h
#define A1 a
#define A2 A1, b
#define A3 A2, c
#define A4 A3, d
#define A5 A4, e
#define A6 A5, f
#define A7 A6, g
#define A8 A7, h

#define ENTRY(name, arity, nature) \
  static CK_RV proxy_##name(P##arity) { \
    unsigned number; \
    CK_RV rv = before(F_##name, &number); \
    if (rv == PASS) { \
      const long arguments[] = { A##arity, 0, 0, 0 }; \
      rv = ((CK_RV (*)(P##arity))real->name)(A##arity); \
      if (rv == CKR_OK) adjust(F_##name, arguments); \
    } \
    return after(F_##name, number, rv); \
  }
FUNCTIONS(ENTRY)
#undef ENTRY

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  const char *path = getenv("P11PROXY_MODULE");
  if (list == NULL) return CKR_ARGUMENTS_BAD;
  if (real == NULL) {
    void *library = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) refuse("cannot load P11PROXY_MODULE", path == NULL ? "not set" : dlerror());
    CK_C_GetFunctionList get = (CK_C_GetFunctionList)dlsym(library, "C_GetFunctionList");
    if (get == NULL || get(&real) != CKR_OK) refuse("no function list in", path);
    proxy_list.version = real->version;
#define ENTRY(name, arity, nature) proxy_list.name = (CK_##name)proxy_##name;
    FUNCTIONS(ENTRY)
#undef ENTRY
    proxy_list.C_GetFunctionList = C_GetFunctionList;
  }
  *list = &proxy_list;
  return CKR_OK;
}
