/* Handles point into one table; a stale, foreign or invented one is SAR_INVALIDHANDLEERR. */
#include "softskf.h"
#include <stdio.h>
#include <string.h>

#define HANDLES 256

static struct handle table[HANDLES];

ULONG handle_open(const struct handle *from, enum kind kind, const char *name, HANDLE *out) {
  if (!out) return SAR_INVALIDPARAMERR;
  for (size_t i = 0; i < HANDLES; i++) {
    struct handle *handle = &table[i];
    if (handle->kind != KIND_FREE) continue;
    if (from) *handle = *from;
    char *field = kind == KIND_DEVICE        ? handle->device
                  : kind == KIND_APPLICATION ? handle->application
                                             : handle->container;
    if (name) snprintf(field, NAME_SIZE, "%s", name);
    handle->kind = kind;
    if (kind == KIND_DEVICE) {
      struct record *record = device_record(handle->device);
      handle->plug = record ? record_number(record, "plugged", 0) : 0;
      record_free(record);
    }
    *out = handle;
    return SAR_OK;
  }
  return SAR_MEMORYERR;
}

static struct handle *find(HANDLE handle, enum kind kind) {
  for (size_t i = 0; i < HANDLES; i++)
    if (handle == &table[i] && table[i].kind == kind) return &table[i];
  return NULL;
}

ULONG handle_use(HANDLE raw, enum kind kind, struct handle **out) {
  struct handle *handle = find(raw, kind);
  if (!handle) return SAR_INVALIDHANDLEERR;
  struct record *record = device_record(handle->device);
  bool here = record && record_number(record, "plugged", 0) == handle->plug;
  record_free(record);
  if (!here) return SAR_DEVICE_REMOVED;
  *out = handle;
  return SAR_OK;
}

ULONG handle_close(HANDLE raw, enum kind kind) {
  struct handle *handle = find(raw, kind);
  if (!handle) return SAR_INVALIDHANDLEERR;
  memset(handle, 0, sizeof *handle);
  return SAR_OK;
}
