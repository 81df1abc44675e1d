/* Containers and the certificates in them. */
#include "softskf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_CONTAINERS 64

static void path_of(const struct handle *application, const char *name, char out[PATH_SIZE]) {
  char entry[NAME_SIZE + 2];
  snprintf(entry, sizeof entry, "c-%s", name);
  application_path(application, entry, out);
}

static size_t names_of(const struct handle *application, char names[][NAME_SIZE]) {
  char folder[PATH_SIZE];
  application_path(application, "", folder);
  return store_names(folder, "c-", false, names, MAX_CONTAINERS);
}

ULONG container_load(HANDLE raw, bool user_right, struct handle **container, struct record **out) {
  ULONG rv = handle_use(raw, KIND_CONTAINER, container);
  if (rv != SAR_OK) return rv;
  if (user_right && !has_right(*container, RIGHT_USER)) return SAR_USER_NOT_LOGGED_IN;
  char path[PATH_SIZE];
  path_of(*container, (*container)->container, path);
  *out = record_load(path);
  return *out ? SAR_OK : SAR_INVALIDHANDLEERR;
}

ULONG container_save(struct handle *container, struct record *record) {
  char path[PATH_SIZE];
  path_of(container, container->container, path);
  if (!device_fits(container->device, path, record)) return SAR_NO_ROOM;
  return record_save(record, path) ? SAR_OK : SAR_WRITEFILEERR;
}

ULONG do_create_container(HANDLE raw, LPSTR name, HANDLE *out) {
  struct handle *application;
  ULONG rv = handle_use(raw, KIND_APPLICATION, &application);
  if (rv != SAR_OK) return rv;
  if (!store_name_ok(name)) return SAR_NAMELENERR;
  char path[PATH_SIZE], names[MAX_CONTAINERS][NAME_SIZE];
  application_path(application, "application", path);
  struct record *settings = record_load(path), *device = device_record(application->device);
  long right = settings ? record_number(settings, "create_right", RIGHT_USER) : RIGHT_NEVER;
  long limit = device ? record_number(device, "max_containers", MAX_CONTAINERS) : 0;
  record_free(settings);
  record_free(device);
  if (!has_right(application, RIGHT_USER)) return SAR_USER_NOT_LOGGED_IN;
  if (!has_right(application, right)) return SAR_NO_AUTH;
  path_of(application, name, path);
  if (!access(path, F_OK)) return SAR_FAIL; /* the standard has no code for it */
  if ((long)names_of(application, names) >= limit) return SAR_REACH_MAX_CONTAINER_COUNT;
  struct record *record = record_new();
  record_set_number(record, "type", CONTAINER_EMPTY);
  rv = device_fits(application->device, path, record) ? SAR_OK : SAR_NO_ROOM;
  if (rv == SAR_OK && !record_save(record, path)) rv = SAR_WRITEFILEERR;
  record_free(record);
  return rv == SAR_OK ? handle_open(application, KIND_CONTAINER, name, out) : rv;
}

ULONG do_delete_container(HANDLE raw, LPSTR name) {
  struct handle *application;
  char path[PATH_SIZE];
  ULONG rv = handle_use(raw, KIND_APPLICATION, &application);
  if (rv != SAR_OK) return rv;
  if (!store_name_ok(name)) return SAR_NAMELENERR;
  if (!has_right(application, RIGHT_USER)) return SAR_USER_NOT_LOGGED_IN;
  path_of(application, name, path);
  return unlink(path) ? SAR_INVALIDPARAMERR : SAR_OK;
}

ULONG do_open_container(HANDLE raw, LPSTR name, HANDLE *out) {
  struct handle *application;
  char path[PATH_SIZE];
  ULONG rv = handle_use(raw, KIND_APPLICATION, &application);
  if (rv != SAR_OK) return rv;
  if (!store_name_ok(name)) return SAR_NAMELENERR;
  path_of(application, name, path);
  return access(path, F_OK) ? SAR_INVALIDPARAMERR : handle_open(application, KIND_CONTAINER, name, out);
}

ULONG do_enum_container(HANDLE raw, LPSTR list, ULONG *size) {
  struct handle *application;
  char names[MAX_CONTAINERS][NAME_SIZE];
  ULONG rv = handle_use(raw, KIND_APPLICATION, &application);
  if (rv != SAR_OK) return rv;
  return answer_names(application->device, names, names_of(application, names), list, size);
}

ULONG do_get_container_type(HANDLE raw, ULONG *type) {
  struct handle *container;
  struct record *record;
  ULONG rv = container_load(raw, false, &container, &record);
  if (rv != SAR_OK) return rv;
  answer_number(type, (ULONG)record_number(record, "type", CONTAINER_EMPTY));
  record_free(record);
  return SAR_OK;
}

ULONG do_import_certificate(HANDLE raw, BOOL sign, BYTE *certificate, ULONG length) {
  struct handle *container;
  struct record *record;
  ULONG rv = container_load(raw, true, &container, &record);
  if (rv != SAR_OK) return rv;
  if (!certificate || !length || length > VALUE_SIZE / 4) rv = SAR_INDATALENERR;
  else if (!record_get(record, sign ? "sign_key" : "enc_key")) rv = SAR_KEYNOTFOUNTERR;
  if (rv == SAR_OK) {
    record_set_bytes(record, sign ? "sign_cert" : "enc_cert", certificate, length);
    rv = container_save(container, record);
  }
  record_free(record);
  return rv;
}

ULONG do_export_certificate(HANDLE raw, BOOL sign, BYTE *out, ULONG *length) {
  struct handle *container;
  struct record *record;
  ULONG rv = container_load(raw, false, &container, &record);
  if (rv != SAR_OK) return rv;
  BYTE *certificate = malloc(VALUE_SIZE);
  size_t size = record_bytes(record, sign ? "sign_cert" : "enc_cert", certificate, VALUE_SIZE);
  rv = size ? answer_bytes(certificate, size, out, length) : SAR_CERTNOTFOUNTERR;
  free(certificate);
  record_free(record);
  return rv;
}
