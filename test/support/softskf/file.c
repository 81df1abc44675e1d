/* Data files of an application. Their size and rights are fixed when they are made. */
#include "softskf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILES 64

static ULONG find(HANDLE raw, LPSTR name, struct handle **application, char path[PATH_SIZE]) {
  ULONG rv = handle_use(raw, KIND_APPLICATION, application);
  if (rv != SAR_OK) return rv;
  if (!store_name_ok(name) || strlen(name) > 32) return SAR_NAMELENERR;
  char entry[NAME_SIZE + 2];
  snprintf(entry, sizeof entry, "f-%s", name);
  application_path(*application, entry, path);
  return SAR_OK;
}

ULONG do_create_file(HANDLE raw, LPSTR name, ULONG size, ULONG read_rights, ULONG write_rights) {
  struct handle *application;
  char path[PATH_SIZE], settings_path[PATH_SIZE];
  ULONG rv = find(raw, name, &application, path);
  if (rv != SAR_OK) return rv;
  application_path(application, "application", settings_path);
  struct record *settings = record_load(settings_path);
  long right = settings ? record_number(settings, "create_right", RIGHT_USER) : RIGHT_NEVER;
  record_free(settings);
  if (!has_right(application, RIGHT_USER)) return SAR_USER_NOT_LOGGED_IN;
  if (!has_right(application, right)) return SAR_NO_AUTH;
  if (!access(path, F_OK)) return SAR_FILE_ALREADY_EXIST;
  if (size > VALUE_SIZE) return SAR_NO_ROOM;
  struct record *record = record_new();
  BYTE *zeros = calloc(1, size + 1);
  record_set_number(record, "read", (long)read_rights);
  record_set_number(record, "write", (long)write_rights);
  record_set_bytes(record, "data", zeros, size);
  rv = device_fits(application->device, path, record) ? SAR_OK : SAR_NO_ROOM;
  if (rv == SAR_OK && !record_save(record, path)) rv = SAR_WRITEFILEERR;
  free(zeros);
  record_free(record);
  return rv;
}

ULONG do_delete_file(HANDLE raw, LPSTR name) {
  struct handle *application;
  char path[PATH_SIZE];
  ULONG rv = find(raw, name, &application, path);
  if (rv != SAR_OK) return rv;
  if (!has_right(application, RIGHT_USER)) return SAR_USER_NOT_LOGGED_IN;
  return unlink(path) ? SAR_FILE_NOT_EXIST : SAR_OK;
}

ULONG do_enum_files(HANDLE raw, LPSTR list, ULONG *size) {
  struct handle *application;
  char folder[PATH_SIZE], names[MAX_FILES][NAME_SIZE];
  ULONG rv = handle_use(raw, KIND_APPLICATION, &application);
  if (rv != SAR_OK) return rv;
  application_path(application, "", folder);
  size_t count = store_names(folder, "f-", false, names, MAX_FILES);
  return answer_names(application->device, names, count, list, size);
}

/* Loads a file's record and its content; the caller frees both. */
static ULONG load(HANDLE raw, LPSTR name, const char *right, struct record **record, BYTE **data, size_t *length,
                  char path[PATH_SIZE]) {
  struct handle *application;
  ULONG rv = find(raw, name, &application, path);
  if (rv != SAR_OK) return rv;
  *record = record_load(path);
  if (!*record) return SAR_FILE_NOT_EXIST;
  if (right && !has_right(application, record_number(*record, right, RIGHT_NEVER))) {
    record_free(*record);
    return SAR_USER_NOT_LOGGED_IN;
  }
  *data = malloc(VALUE_SIZE);
  *length = record_bytes(*record, "data", *data, VALUE_SIZE);
  return SAR_OK;
}

ULONG do_get_file_info(HANDLE raw, LPSTR name, FILEATTRIBUTE *out) {
  struct record *record;
  BYTE *data;
  size_t length;
  char path[PATH_SIZE];
  ULONG rv = load(raw, name, NULL, &record, &data, &length, path);
  if (rv != SAR_OK) return rv;
  memset(out, 0, sizeof *out);
  memcpy(out->FileName, name, strlen(name));
  out->FileSize = (ULONG)length;
  out->ReadRights = (ULONG)record_number(record, "read", 0);
  out->WriteRights = (ULONG)record_number(record, "write", 0);
  free(data);
  record_free(record);
  return SAR_OK;
}

ULONG do_read_file(HANDLE raw, LPSTR name, ULONG offset, ULONG size, BYTE *out, ULONG *out_length) {
  struct record *record;
  BYTE *data;
  size_t length;
  char path[PATH_SIZE];
  ULONG rv = load(raw, name, "read", &record, &data, &length, path);
  if (rv != SAR_OK) return rv;
  if (offset > length) rv = SAR_INVALIDPARAMERR;
  if (rv == SAR_OK) {
    size_t rest = length - offset;
    rv = answer_bytes(data + offset, size < rest ? size : rest, out, out_length);
  }
  free(data);
  record_free(record);
  return rv;
}

ULONG do_write_file(HANDLE raw, LPSTR name, ULONG offset, BYTE *bytes, ULONG size) {
  struct record *record;
  BYTE *data;
  size_t length;
  char path[PATH_SIZE];
  ULONG rv = load(raw, name, "write", &record, &data, &length, path);
  if (rv != SAR_OK) return rv;
  if (!bytes || offset > length || size > length - offset) rv = SAR_INDATALENERR;
  if (rv == SAR_OK) {
    memcpy(data + offset, bytes, size);
    record_set_bytes(record, "data", data, length);
    rv = record_save(record, path) ? SAR_OK : SAR_WRITEFILEERR;
  }
  free(data);
  record_free(record);
  return rv;
}
