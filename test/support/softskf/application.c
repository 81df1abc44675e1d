/* Applications, their PINs and who is logged in. The try is counted on disk before the PIN is compared, so
 * that a kill between both never gives a free try. Being logged in belongs to the process, not to a handle:
 * neither closing nor disconnecting ends it (GM/T 0016 §7.2). */
#include "softskf.h"
#include <stdio.h>
#include <string.h>

#define LOGINS 32
#define PIN_MIN 6
#define PIN_MAX 16

struct login {
  char device[NAME_SIZE], application[NAME_SIZE];
  long plug;
  ULONG type;
  bool used;
};
static struct login logins[LOGINS];

static struct login *login_of(const struct handle *application, ULONG type) {
  for (int i = 0; i < LOGINS; i++) {
    struct login *login = &logins[i];
    if (login->used && login->type == type && login->plug == application->plug &&
        !strcmp(login->device, application->device) && !strcmp(login->application, application->application))
      return login;
  }
  return NULL;
}

static void log_in(const struct handle *application, ULONG type) {
  if (login_of(application, type)) return;
  for (int i = 0; i < LOGINS; i++) {
    struct login *login = &logins[i];
    if (login->used) continue;
    *login = (struct login){.used = true, .type = type, .plug = application->plug};
    memcpy(login->device, application->device, NAME_SIZE);
    memcpy(login->application, application->application, NAME_SIZE);
    return;
  }
}

bool has_right(const struct handle *application, long right) {
  if (right == RIGHT_ANYONE) return true;
  return ((right & RIGHT_USER) && login_of(application, USER_TYPE)) ||
         ((right & RIGHT_ADMIN) && login_of(application, ADMIN_TYPE));
}

void application_path(const struct handle *application, const char *entry, char out[PATH_SIZE]) {
  snprintf(out, PATH_SIZE, "%s/%s/%s/%s", store_home(), application->device, application->application, entry);
}

static ULONG load(HANDLE raw, struct handle **application, struct record **record, char path[PATH_SIZE]) {
  ULONG rv = handle_use(raw, KIND_APPLICATION, application);
  if (rv != SAR_OK) return rv;
  application_path(*application, "application", path);
  *record = record_load(path);
  return *record ? SAR_OK : SAR_APPLICATION_NOT_EXISTS;
}

ULONG do_enum_application(HANDLE raw, LPSTR list, ULONG *size) {
  struct handle *device;
  ULONG rv = handle_use(raw, KIND_DEVICE, &device);
  if (rv != SAR_OK) return rv;
  char folder[PATH_SIZE], names[16][NAME_SIZE];
  snprintf(folder, sizeof folder, "%s/%s", store_home(), device->device);
  size_t count = store_names(folder, "", true, names, 16);
  return answer_names(device->device, names, count, list, size);
}

ULONG do_open_application(HANDLE raw, LPSTR name, HANDLE *out) {
  struct handle *device;
  ULONG rv = handle_use(raw, KIND_DEVICE, &device);
  if (rv != SAR_OK) return rv;
  if (!store_name_ok(name)) return SAR_APPLICATION_NAME_INVALID;
  char path[PATH_SIZE];
  snprintf(path, sizeof path, "%s/%s/%s/application", store_home(), device->device, name);
  struct record *record = record_load(path);
  if (!record) return SAR_APPLICATION_NOT_EXISTS;
  record_free(record);
  return handle_open(device, KIND_APPLICATION, name, out);
}

static const char *field(ULONG type, const char *user, const char *admin) {
  return type == USER_TYPE ? user : admin;
}

/* Compares a PIN and keeps count. The record is saved here. */
static ULONG try_pin(struct record *record, const char *path, ULONG type, const char *pin, ULONG *left) {
  const char *stored = record_get(record, field(type, "user_pin", "admin_pin"));
  const char *tries = field(type, "user_tries", "admin_tries");
  long max = record_number(record, field(type, "user_max", "admin_max"), 10);
  long remaining = record_number(record, tries, max);
  if (type > USER_TYPE) return SAR_USER_TYPE_INVALID;
  if (!stored || !stored[0]) return SAR_USER_PIN_NOT_INITIALIZED;
  if (remaining <= 0) {
    answer_number(left, 0);
    return SAR_PIN_LOCKED;
  }
  if (!pin || strlen(pin) < PIN_MIN || strlen(pin) > PIN_MAX) return SAR_PIN_LEN_RANGE;
  record_set_number(record, tries, --remaining);
  if (!record_save(record, path)) return SAR_WRITEFILEERR;
  if (strcmp(pin, stored)) {
    answer_number(left, (ULONG)remaining);
    return remaining ? SAR_PIN_INCORRECT : SAR_PIN_LOCKED;
  }
  record_set_number(record, tries, max);
  return record_save(record, path) ? SAR_OK : SAR_WRITEFILEERR;
}

ULONG do_get_pin_info(HANDLE raw, ULONG type, ULONG *max, ULONG *left, BOOL *is_default) {
  struct handle *application;
  struct record *record;
  char path[PATH_SIZE];
  ULONG rv = load(raw, &application, &record, path);
  if (rv != SAR_OK) return rv;
  const char *pin = record_get(record, field(type, "user_pin", "admin_pin"));
  long most = record_number(record, field(type, "user_max", "admin_max"), 10);
  if (type > USER_TYPE) rv = SAR_USER_TYPE_INVALID;
  else if (!pin || !pin[0]) rv = SAR_USER_PIN_NOT_INITIALIZED;
  else {
    answer_number(max, (ULONG)most);
    answer_number(left, (ULONG)record_number(record, field(type, "user_tries", "admin_tries"), most));
    if (is_default) *is_default = (BOOL)record_number(record, field(type, "user_default", "admin_default"), 0);
  }
  record_free(record);
  return rv;
}

ULONG do_verify_pin(HANDLE raw, ULONG type, LPSTR pin, ULONG *left) {
  struct handle *application;
  struct record *record;
  char path[PATH_SIZE];
  ULONG rv = load(raw, &application, &record, path);
  if (rv != SAR_OK) return rv;
  rv = try_pin(record, path, type, pin, left);
  if (rv == SAR_OK) log_in(application, type);
  record_free(record);
  return rv;
}

static ULONG set_pin(struct record *record, const char *path, ULONG type, const char *pin) {
  if (!pin || strlen(pin) < PIN_MIN || strlen(pin) > PIN_MAX) return SAR_PIN_LEN_RANGE;
  record_set(record, field(type, "user_pin", "admin_pin"), pin);
  record_set(record, field(type, "user_tries", "admin_tries"), NULL);
  record_set(record, field(type, "user_default", "admin_default"), NULL);
  return record_save(record, path) ? SAR_OK : SAR_WRITEFILEERR;
}

ULONG do_change_pin(HANDLE raw, ULONG type, LPSTR old_pin, LPSTR new_pin, ULONG *left) {
  struct handle *application;
  struct record *record;
  char path[PATH_SIZE];
  ULONG rv = load(raw, &application, &record, path);
  if (rv != SAR_OK) return rv;
  rv = try_pin(record, path, type, old_pin, left);
  if (rv == SAR_OK) rv = set_pin(record, path, type, new_pin);
  record_free(record);
  return rv;
}

ULONG do_unblock_pin(HANDLE raw, LPSTR admin_pin, LPSTR new_pin, ULONG *left) {
  struct handle *application;
  struct record *record;
  char path[PATH_SIZE];
  ULONG rv = load(raw, &application, &record, path);
  if (rv != SAR_OK) return rv;
  rv = try_pin(record, path, ADMIN_TYPE, admin_pin, left);
  if (rv == SAR_OK) rv = set_pin(record, path, USER_TYPE, new_pin);
  record_free(record);
  return rv;
}

ULONG do_clear_secure_state(HANDLE raw) {
  struct handle *application;
  ULONG rv = handle_use(raw, KIND_APPLICATION, &application);
  if (rv != SAR_OK) return rv;
  for (ULONG type = ADMIN_TYPE; type <= USER_TYPE; type++) {
    struct login *login = login_of(application, type);
    if (login) login->used = false;
  }
  return SAR_OK;
}
