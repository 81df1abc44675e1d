/* Devices: one folder each below SOFTSKF_HOME, with a record of what it is and how it behaves. */
#include "softskf.h"
#include <dirent.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_DEVICES 16

struct record *device_record(const char *device) {
  char path[PATH_SIZE];
  snprintf(path, sizeof path, "%s/%s/device", store_home(), device);
  return record_load(path);
}

ULONG do_enum_dev(BOOL present, LPSTR list, ULONG *size) {
  (void)present;
  char found[MAX_DEVICES][NAME_SIZE], names[MAX_DEVICES][NAME_SIZE];
  size_t count = 0, all = store_names(store_home(), "", true, found, MAX_DEVICES);
  for (size_t i = 0; i < all; i++) {
    struct record *record = device_record(found[i]);
    if (record) memcpy(names[count++], found[i], NAME_SIZE);
    record_free(record);
  }
  return answer_names(count ? names[0] : "", names, count, list, size);
}

ULONG do_connect_dev(LPSTR name, HANDLE *out) {
  if (!store_name_ok(name) || !out) return SAR_INVALIDPARAMERR;
  struct record *record = device_record(name);
  if (!record) return SAR_DEVICE_REMOVED;
  record_free(record);
  return handle_open(NULL, KIND_DEVICE, name, out);
}

ULONG do_get_dev_state(LPSTR name, ULONG *state) {
  if (!store_name_ok(name) || !state) return SAR_INVALIDPARAMERR;
  struct record *record = device_record(name);
  answer_number(state, record ? 1 : 0);
  record_free(record);
  return SAR_OK;
}

/* Space is what the files of containers and data take on disk; PINs and settings cost nothing. */
static long used_space(const char *device) {
  char folder[PATH_SIZE], applications[16][NAME_SIZE];
  snprintf(folder, sizeof folder, "%s/%s", store_home(), device);
  size_t count = store_names(folder, "", true, applications, 16);
  long used = 0;
  for (size_t i = 0; i < count; i++) {
    char inside[PATH_SIZE + NAME_SIZE];
    snprintf(inside, sizeof inside, "%s/%s", folder, applications[i]);
    DIR *directory = opendir(inside);
    if (!directory) continue;
    for (struct dirent *entry; (entry = readdir(directory));) {
      char path[PATH_SIZE + 2 * NAME_SIZE + 256];
      struct stat status;
      if (strncmp(entry->d_name, "c-", 2) && strncmp(entry->d_name, "f-", 2)) continue;
      snprintf(path, sizeof path, "%s/%s", inside, entry->d_name);
      if (!stat(path, &status)) used += (long)status.st_size;
    }
    closedir(directory);
  }
  return used;
}

static long total_space(struct record *record) { return record_number(record, "total_space", 131072); }

bool device_fits(const char *device, const char *path, struct record *replacement) {
  struct record *record = device_record(device);
  if (!record) return false;
  struct stat status;
  long before = stat(path, &status) ? 0 : (long)status.st_size;
  bool fits = used_space(device) - before + (long)record_size(replacement) <= total_space(record);
  record_free(record);
  return fits;
}

static void copy_text(CHAR *out, size_t room, struct record *record, const char *name, const char *fallback) {
  const char *value = record_get(record, name);
  value = value ? value : fallback;
  size_t length = strlen(value);
  memcpy(out, value, length < room ? length : room);
}

ULONG do_get_dev_info(HANDLE raw, DEVINFO *info) {
  struct handle *device;
  ULONG rv = handle_use(raw, KIND_DEVICE, &device);
  if (rv != SAR_OK) return rv;
  if (!info) return SAR_INVALIDPARAMERR;
  struct record *record = device_record(device->device);
  memset(info, 0, control_lies.overrun ? 4 * 4096 : sizeof *info);
  info->Version = (VERSION){1, 0};
  copy_text(info->Manufacturer, sizeof info->Manufacturer, record, "manufacturer", "Soft SKF");
  copy_text(info->Issuer, sizeof info->Issuer, record, "issuer", "Test CA");
  copy_text(info->Label, sizeof info->Label, record, "label", "SoftKey");
  copy_text(info->SerialNumber, sizeof info->SerialNumber, record, "serial", "");
  info->HWVersion = info->FirmwareVersion = (VERSION){2, 1};
  info->AlgSymCap = (ULONG)record_number(record, "alg_sym", 0x0000040F);
  info->AlgAsymCap = (ULONG)record_number(record, "alg_asym", 0x00030300);
  info->AlgHashCap = 0x00000007;
  info->DevAuthAlgId = 0x00000401;
  info->TotalSpace = (ULONG)total_space(record);
  info->FreeSpace = (ULONG)(total_space(record) - used_space(device->device));
  info->MaxECCBufferSize = 1024;
  info->MaxBufferSize = 65536;
  record_free(record);
  return SAR_OK;
}

ULONG do_gen_random(HANDLE raw, BYTE *out, ULONG length) {
  struct handle *device;
  ULONG rv = handle_use(raw, KIND_DEVICE, &device);
  if (rv != SAR_OK) return rv;
  return out && RAND_bytes(out, (int)length) == 1 ? SAR_OK : SAR_INVALIDPARAMERR;
}
