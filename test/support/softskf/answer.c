/* How results get into the caller's memory: sizes, lists, and the lies that the control file asks for. */
#include "softskf.h"
#include <stdlib.h>
#include <string.h>

#define RUBBISH 0x7FFFFFF0u

void answer_number(ULONG *out, ULONG value) {
  if (!out) return;
  if (control_lies.rubbish_length) value = RUBBISH;
  if (control_lies.wide) {
    uint64_t wide = 0xEEEEEEEE00000000u | (uint32_t)value;
    memcpy(out, &wide, sizeof wide);
  } else {
    *out = value;
  }
}

ULONG answer_bytes(const BYTE *bytes, size_t length, BYTE *out, ULONG *out_length) {
  if (!out_length) return SAR_INVALIDPARAMERR;
  if (out) {
    if (*out_length < length) {
      answer_number(out_length, (ULONG)length);
      return SAR_BUFFER_TOO_SMALL;
    }
    memcpy(out, bytes, length);
  }
  answer_number(out_length, (ULONG)length);
  return SAR_OK;
}

/* An empty list is 0, 1 or 2 bytes long, a short buffer an error or a truncated list: as the device says. */
ULONG answer_names(const char *device, char names[][NAME_SIZE], size_t count, LPSTR list, ULONG *size) {
  if (!size) return SAR_INVALIDPARAMERR;
  struct record *record = device_record(device);
  long empty = record ? record_number(record, "empty_list", 1) : 1;
  const char *setting = record ? record_get(record, "short_buffer") : NULL;
  bool truncates = setting && !strcmp(setting, "truncate");
  ULONG short_buffer = setting && !strcmp(setting, "indatalen") ? SAR_INDATALENERR : SAR_BUFFER_TOO_SMALL;
  record_free(record);

  size_t length = 0;
  char *all = calloc(count + 1, NAME_SIZE);
  for (size_t i = 0; i < count; i++) {
    strcpy(all + length, names[i]);
    length += strlen(names[i]) + 1;
  }
  length = count ? length + 1 : (size_t)empty;
  ULONG rv = SAR_OK;
  if (list) {
    size_t room = *size;
    if (room < length && !truncates) rv = short_buffer;
    if (room < length) length = truncates ? room : length;
    if (rv == SAR_OK && length) memcpy(list, all, length);
    if (control_lies.unterminated) memset(list, 'X', room);
    if (control_lies.unterminated) length = room;
  }
  answer_number(size, (ULONG)length);
  free(all);
  return rv;
}
