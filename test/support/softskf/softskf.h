/* What the parts of the software token share. Every do_x is the standard's SKF_X without faults and trace. */
#ifndef SOFTSKF_H
#define SOFTSKF_H

#include "skf.h"
#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>

#define PATH_SIZE 1024
#define NAME_SIZE 72
#define VALUE_SIZE 65536 /* longest value of a record, and so the largest file and certificate */

/* ---- store.c: records are text files of name=value lines, replaced atomically ---- */
struct record;
struct record *record_new(void);
struct record *record_load(const char *path); /* NULL: there is none */
void record_free(struct record *record);
const char *record_get(struct record *record, const char *name); /* NULL: not set */
long record_number(struct record *record, const char *name, long fallback); /* decimal or 0x… */
size_t record_bytes(struct record *record, const char *name, BYTE *out, size_t room); /* 0: not set */
void record_set(struct record *record, const char *name, const char *value); /* NULL removes */
void record_set_number(struct record *record, const char *name, long value);
void record_set_bytes(struct record *record, const char *name, const BYTE *bytes, size_t length);
bool record_save(struct record *record, const char *path);
size_t record_size(struct record *record);
const char *store_home(void);
bool store_name_ok(const char *name);
/* Calls each name below `folder` that begins with `prefix` and is a folder or a file as asked, sorted. */
size_t store_names(const char *folder, const char *prefix, bool folders, char names[][NAME_SIZE], size_t room);

/* ---- handle.c: one table for all handles of the process ---- */
enum kind { KIND_FREE, KIND_DEVICE, KIND_APPLICATION, KIND_CONTAINER, KIND_KEY };
struct handle {
  enum kind kind;
  char device[NAME_SIZE], application[NAME_SIZE], container[NAME_SIZE];
  long plug; /* how often the device had been plugged in when the handle was made */
  ULONG algorithm;
  BYTE key[32], iv[16];
  size_t key_length;
};
ULONG handle_open(const struct handle *from, enum kind kind, const char *name, HANDLE *out);
ULONG handle_use(HANDLE handle, enum kind kind, struct handle **out);
ULONG handle_close(HANDLE handle, enum kind kind);

/* ---- device.c ---- */
struct record *device_record(const char *device);
bool device_fits(const char *device, const char *path, struct record *replacement);
ULONG do_enum_dev(BOOL present, LPSTR list, ULONG *size);
ULONG do_connect_dev(LPSTR name, HANDLE *out);
ULONG do_get_dev_state(LPSTR name, ULONG *state);
ULONG do_get_dev_info(HANDLE device, DEVINFO *info);
ULONG do_gen_random(HANDLE device, BYTE *out, ULONG length);

/* ---- application.c: applications, PINs, login state ---- */
void application_path(const struct handle *application, const char *entry, char out[PATH_SIZE]);
bool has_right(const struct handle *application, long right);
ULONG do_enum_application(HANDLE device, LPSTR list, ULONG *size);
ULONG do_open_application(HANDLE device, LPSTR name, HANDLE *out);
ULONG do_get_pin_info(HANDLE application, ULONG type, ULONG *max, ULONG *left, BOOL *is_default);
ULONG do_verify_pin(HANDLE application, ULONG type, LPSTR pin, ULONG *left);
ULONG do_change_pin(HANDLE application, ULONG type, LPSTR old_pin, LPSTR new_pin, ULONG *left);
ULONG do_unblock_pin(HANDLE application, LPSTR admin_pin, LPSTR new_pin, ULONG *left);
ULONG do_clear_secure_state(HANDLE application);

/* ---- file.c ---- */
ULONG do_create_file(HANDLE application, LPSTR name, ULONG size, ULONG read_rights, ULONG write_rights);
ULONG do_delete_file(HANDLE application, LPSTR name);
ULONG do_enum_files(HANDLE application, LPSTR list, ULONG *size);
ULONG do_get_file_info(HANDLE application, LPSTR name, FILEATTRIBUTE *out);
ULONG do_read_file(HANDLE application, LPSTR name, ULONG offset, ULONG size, BYTE *out, ULONG *length);
ULONG do_write_file(HANDLE application, LPSTR name, ULONG offset, BYTE *data, ULONG size);

/* ---- container.c ---- */
/* The container's record; with `user_right` only for a verified user. */
ULONG container_load(HANDLE handle, bool user_right, struct handle **container, struct record **out);
ULONG container_save(struct handle *container, struct record *record);
ULONG do_create_container(HANDLE application, LPSTR name, HANDLE *out);
ULONG do_delete_container(HANDLE application, LPSTR name);
ULONG do_open_container(HANDLE application, LPSTR name, HANDLE *out);
ULONG do_enum_container(HANDLE application, LPSTR list, ULONG *size);
ULONG do_get_container_type(HANDLE container, ULONG *type);
ULONG do_import_certificate(HANDLE container, BOOL sign, BYTE *certificate, ULONG length);
ULONG do_export_certificate(HANDLE container, BOOL sign, BYTE *out, ULONG *length);

/* ---- key.c: the key pairs of a container ---- */
ULONG do_gen_ecc(HANDLE container, ULONG algorithm, ECCPUBLICKEYBLOB *out);
ULONG do_gen_rsa(HANDLE container, ULONG bits, RSAPUBLICKEYBLOB *out);
ULONG do_import_ecc(HANDLE container, ENVELOPEDKEYBLOB *envelope);
ULONG do_import_rsa(HANDLE container, ULONG algorithm, BYTE *wrapped, ULONG wrapped_length, BYTE *data,
                    ULONG length);
ULONG do_export_public_key(HANDLE container, BOOL sign, BYTE *out, ULONG *length);
ULONG do_ecc_sign(HANDLE container, BYTE *digest, ULONG length, ECCSIGNATUREBLOB *out);
ULONG do_rsa_sign(HANDLE container, BYTE *data, ULONG length, BYTE *out, ULONG *out_length);

/* ---- session.c: keys that arrive in an envelope, and what they open ---- */
/* Deciphers whole blocks without padding; false for an unknown algorithm or a bad length. */
bool cipher_open(ULONG algorithm, const BYTE *key, size_t key_length, const BYTE *iv, const BYTE *in, size_t length,
                 BYTE *out);
ULONG do_import_session_key(HANDLE container, ULONG algorithm, BYTE *wrapped, ULONG length, HANDLE *out);
ULONG do_decrypt_init(HANDLE key, BLOCKCIPHERPARAM param);
ULONG do_decrypt(HANDLE key, BYTE *in, ULONG length, BYTE *out, ULONG *out_length);
ULONG do_vendor_ecc_decrypt(HANDLE container, ECCCIPHERBLOB *cipher, BYTE *out, ULONG *length);
ULONG do_vendor_rsa_decrypt(HANDLE container, BYTE *in, ULONG length, BYTE *out, ULONG *out_length);

/* ---- sm2.c, rsa.c: the mathematics, on libcrypto ---- */
struct sm2_point {
  BYTE x[32], y[32];
};
bool sm2_generate(BYTE d[32], struct sm2_point *public_key);
bool sm2_public(const BYTE d[32], struct sm2_point *public_key);
bool sm2_sign(const BYTE d[32], const BYTE e[32], BYTE r[32], BYTE s[32]);
/* false: not a point, or C3 does not match. */
bool sm2_open(const BYTE d[32], const struct sm2_point *c1, const BYTE c3[32], const BYTE *c2, size_t length,
              BYTE *out);
EVP_PKEY *rsa_from_der(const BYTE *der, size_t length);
size_t rsa_to_der(EVP_PKEY *key, BYTE *out, size_t room);
EVP_PKEY *rsa_generate(unsigned bits);
void rsa_public(EVP_PKEY *key, RSAPUBLICKEYBLOB *out);
bool rsa_sign(EVP_PKEY *key, const BYTE *data, size_t length, BYTE *out, size_t *out_length);
bool rsa_open(EVP_PKEY *key, const BYTE *in, size_t length, BYTE *out, size_t *out_length);

/* ---- answer.c: how results get into the caller's memory, lies of the control file included ---- */
void answer_number(ULONG *out, ULONG value);
ULONG answer_bytes(const BYTE *bytes, size_t length, BYTE *out, ULONG *out_length);
ULONG answer_names(const char *device, char names[][NAME_SIZE], size_t count, LPSTR list, ULONG *size);

/* ---- control.c ---- */
struct lies {
  bool rubbish_length, unterminated, wide, skip, overrun;
};
extern struct lies control_lies;
ULONG control_before(const char *function);
ULONG control_after(const char *function, ULONG rv);

#endif
