/* State on disk: text records, replaced atomically so that a kill leaves the old one or the new one. */
#define _GNU_SOURCE
#include "softskf.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIELDS 24

struct record {
  int count;
  struct {
    char *name, *value;
  } field[FIELDS];
};

struct record *record_new(void) { return calloc(1, sizeof(struct record)); }

void record_free(struct record *record) {
  if (!record) return;
  for (int i = 0; i < record->count; i++) {
    free(record->field[i].name);
    free(record->field[i].value);
  }
  free(record);
}

struct record *record_load(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) return NULL;
  struct record *record = record_new();
  char *line = NULL;
  size_t room = 0;
  while (getline(&line, &room, file) > 0) {
    line[strcspn(line, "\n")] = 0;
    char *equals = strchr(line, '=');
    if (!equals) continue;
    *equals = 0;
    record_set(record, line, equals + 1);
  }
  free(line);
  fclose(file);
  return record;
}

const char *record_get(struct record *record, const char *name) {
  for (int i = 0; i < record->count; i++)
    if (!strcmp(record->field[i].name, name)) return record->field[i].value;
  return NULL;
}

long record_number(struct record *record, const char *name, long fallback) {
  const char *value = record_get(record, name);
  return value ? strtol(value, NULL, 0) : fallback;
}

size_t record_bytes(struct record *record, const char *name, BYTE *out, size_t room) {
  const char *hex = record_get(record, name);
  size_t length = hex ? strlen(hex) / 2 : 0;
  if (length > room) return 0;
  for (size_t i = 0; i < length; i++) {
    unsigned byte = 0;
    sscanf(hex + 2 * i, "%2x", &byte);
    out[i] = (BYTE)byte;
  }
  return length;
}

void record_set(struct record *record, const char *name, const char *value) {
  int i = 0;
  while (i < record->count && strcmp(record->field[i].name, name)) i++;
  if (i < record->count) {
    free(record->field[i].value);
    if (!value) {
      free(record->field[i].name);
      record->field[i] = record->field[--record->count];
      return;
    }
  } else {
    if (!value || i == FIELDS) return;
    record->field[i].name = strdup(name);
    record->count++;
  }
  record->field[i].value = strdup(value);
}

void record_set_number(struct record *record, const char *name, long value) {
  char text[24];
  snprintf(text, sizeof text, "%ld", value);
  record_set(record, name, text);
}

void record_set_bytes(struct record *record, const char *name, const BYTE *bytes, size_t length) {
  char *hex = malloc(2 * length + 1);
  hex[0] = 0;
  for (size_t i = 0; i < length; i++) sprintf(hex + 2 * i, "%02x", bytes[i]);
  record_set(record, name, hex);
  free(hex);
}

size_t record_size(struct record *record) {
  size_t size = 0;
  for (int i = 0; i < record->count; i++)
    size += strlen(record->field[i].name) + strlen(record->field[i].value) + 2;
  return size;
}

bool record_save(struct record *record, const char *path) {
  char temporary[PATH_SIZE + 32];
  snprintf(temporary, sizeof temporary, "%s.%d~", path, (int)getpid());
  FILE *file = fopen(temporary, "w");
  if (!file) return false;
  for (int i = 0; i < record->count; i++)
    fprintf(file, "%s=%s\n", record->field[i].name, record->field[i].value);
  bool ok = fflush(file) == 0 && fsync(fileno(file)) == 0;
  ok = fclose(file) == 0 && ok;
  ok = ok && rename(temporary, path) == 0;
  if (!ok) unlink(temporary);
  return ok;
}

const char *store_home(void) {
  const char *home = getenv("SOFTSKF_HOME");
  return home ? home : "/nonexistent";
}

bool store_name_ok(const char *name) {
  return name && name[0] && name[0] != '.' && strlen(name) <= 64 && !strpbrk(name, "/~\n");
}

static int by_name(const void *a, const void *b) { return strcmp(a, b); }

size_t store_names(const char *folder, const char *prefix, bool folders, char names[][NAME_SIZE], size_t room) {
  DIR *directory = opendir(folder);
  if (!directory) return 0;
  size_t count = 0;
  for (struct dirent *entry; (entry = readdir(directory)) && count < room;) {
    char path[PATH_SIZE];
    struct stat status;
    const char *name = entry->d_name + strlen(prefix);
    if (strncmp(entry->d_name, prefix, strlen(prefix)) || !store_name_ok(name)) continue;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (stat(path, &status) || (bool)S_ISDIR(status.st_mode) != folders) continue;
    snprintf(names[count++], NAME_SIZE, "%s", name);
  }
  closedir(directory);
  qsort(names, count, NAME_SIZE, by_name);
  return count;
}
