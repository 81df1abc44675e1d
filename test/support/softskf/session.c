/* Content keys that arrive under the container's encryption key, and what they open. SM1 and SSF33 are secret
 * designs: here SM4 under a changed key stands in, enough to show that an envelope passed through unopened. */
#include "softskf.h"
#include <openssl/rsa.h>
#include <string.h>

#define CONTENT_LIMIT (1 << 20)

static const struct algorithm {
  ULONG id;
  const char *cipher;
  size_t key_length;
  BYTE stand_in; /* mixed into every key byte */
} algorithms[] = {
    {0x00000401, "SM4-ECB", 16, 0},      {0x00000402, "SM4-CBC", 16, 0},      {0x00000101, "SM4-ECB", 16, 0x5A},
    {0x00000102, "SM4-CBC", 16, 0x5A},   {0x00000201, "SM4-ECB", 16, 0xA5},   {0x00000202, "SM4-CBC", 16, 0xA5},
    {0x80000111, "AES-128-ECB", 16, 0},  {0x80000112, "AES-128-CBC", 16, 0},  {0x80000141, "AES-256-ECB", 32, 0},
    {0x80000142, "AES-256-CBC", 32, 0},
};

static const struct algorithm *find(ULONG id) {
  for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
    if (algorithms[i].id == id) return &algorithms[i];
  return NULL;
}

bool cipher_open(ULONG id, const BYTE *key, size_t key_length, const BYTE *iv, const BYTE *in, size_t length,
                 BYTE *out) {
  const struct algorithm *algorithm = find(id);
  if (!algorithm || key_length != algorithm->key_length || length % 16 || !length) return false;
  BYTE mixed[32];
  for (size_t i = 0; i < key_length; i++) mixed[i] = key[i] ^ algorithm->stand_in;
  EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, algorithm->cipher, NULL);
  EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
  int first = 0, last = 0;
  bool ok = cipher && EVP_DecryptInit_ex2(ctx, cipher, mixed, iv, NULL) && EVP_CIPHER_CTX_set_padding(ctx, 0) &&
            EVP_DecryptUpdate(ctx, out, &first, in, (int)length) && EVP_DecryptFinal_ex(ctx, out + first, &last);
  EVP_CIPHER_CTX_free(ctx);
  EVP_CIPHER_free(cipher);
  return ok;
}

static ULONG unwrap_sm2(struct record *record, const ECCCIPHERBLOB *blob, BYTE *out, size_t *length) {
  BYTE d[32];
  struct sm2_point c1;
  if (record_bytes(record, "enc_key", d, 32) != 32) return SAR_KEYNOTFOUNTERR;
  if (blob->CipherLen > *length) return SAR_INDATALENERR;
  memcpy(c1.x, blob->XCoordinate + 32, 32);
  memcpy(c1.y, blob->YCoordinate + 32, 32);
  *length = blob->CipherLen;
  return sm2_open(d, &c1, blob->HASH, blob->Cipher, blob->CipherLen, out) ? SAR_OK : SAR_HASHNOTEQUALERR;
}

static ULONG unwrap_rsa(struct record *record, const BYTE *in, size_t in_length, BYTE *out, size_t *length) {
  BYTE der[4096];
  EVP_PKEY *key = rsa_from_der(der, record_bytes(record, "enc_key", der, sizeof der));
  if (!key) return SAR_KEYNOTFOUNTERR;
  ULONG rv = rsa_open(key, in, in_length, out, length) ? SAR_OK : SAR_RSADECERR;
  EVP_PKEY_free(key);
  return rv;
}

ULONG do_import_session_key(HANDLE raw, ULONG id, BYTE *wrapped, ULONG length, HANDLE *out) {
  struct handle *container;
  struct record *record;
  ULONG rv = container_load(raw, true, &container, &record);
  if (rv != SAR_OK) return rv;
  BYTE key[512];
  size_t key_length = sizeof key;
  const struct algorithm *algorithm = find(id);
  struct record *device = device_record(container->device);
  bool unsupported = record_number(device, "no_session_keys", 0) != 0;
  record_free(device);
  if (unsupported) rv = SAR_NOTSUPPORTYETERR;
  else if (!algorithm) rv = SAR_INVALIDPARAMERR;
  else if (!wrapped || length < 1) rv = SAR_INDATALENERR;
  else if (record_number(record, "type", 0) == CONTAINER_RSA)
    rv = unwrap_rsa(record, wrapped, length, key, &key_length);
  else if (length < offsetof(ECCCIPHERBLOB, Cipher) ||
           length < offsetof(ECCCIPHERBLOB, Cipher) + ((ECCCIPHERBLOB *)wrapped)->CipherLen)
    rv = SAR_INDATALENERR;
  else rv = unwrap_sm2(record, (ECCCIPHERBLOB *)wrapped, key, &key_length);
  if (rv == SAR_OK && key_length != algorithm->key_length) rv = SAR_INDATALENERR;
  if (rv == SAR_OK) rv = handle_open(container, KIND_KEY, NULL, out);
  if (rv == SAR_OK) {
    struct handle *session = *out;
    session->algorithm = id;
    session->key_length = key_length;
    memcpy(session->key, key, key_length);
  }
  record_free(record);
  return rv;
}

ULONG do_decrypt_init(HANDLE raw, BLOCKCIPHERPARAM param) {
  struct handle *key;
  ULONG rv = handle_use(raw, KIND_KEY, &key);
  if (rv != SAR_OK) return rv;
  if (param.IVLen > 16 || param.PaddingType > 1) return SAR_INVALIDPARAMERR;
  memset(key->iv, 0, sizeof key->iv);
  memcpy(key->iv, param.IV, param.IVLen);
  return SAR_OK;
}

ULONG do_decrypt(HANDLE raw, BYTE *in, ULONG length, BYTE *out, ULONG *out_length) {
  struct handle *key;
  ULONG rv = handle_use(raw, KIND_KEY, &key);
  if (rv != SAR_OK) return rv;
  if (!in || !out_length || length > CONTENT_LIMIT) return SAR_INDATALENERR;
  if (!out) {
    answer_number(out_length, length);
    return SAR_OK;
  }
  if (*out_length < length) return SAR_BUFFER_TOO_SMALL;
  if (!cipher_open(key->algorithm, key->key, key->key_length, key->iv, in, length, out)) return SAR_INDATALENERR;
  answer_number(out_length, length);
  return SAR_OK;
}

/* What the standard lacks and vendors add (shape of SKF_ECCDecrypt and SKF_RSADecrypt). */
ULONG do_vendor_ecc_decrypt(HANDLE raw, ECCCIPHERBLOB *cipher, BYTE *out, ULONG *length) {
  struct handle *container;
  struct record *record;
  ULONG rv = container_load(raw, true, &container, &record);
  if (rv != SAR_OK) return rv;
  BYTE plain[1024];
  size_t size = sizeof plain;
  rv = cipher ? unwrap_sm2(record, cipher, plain, &size) : SAR_INVALIDPARAMERR;
  if (rv == SAR_OK) rv = answer_bytes(plain, size, out, length);
  record_free(record);
  return rv;
}

ULONG do_vendor_rsa_decrypt(HANDLE raw, BYTE *in, ULONG length, BYTE *out, ULONG *out_length) {
  struct handle *container;
  struct record *record;
  ULONG rv = container_load(raw, true, &container, &record);
  if (rv != SAR_OK) return rv;
  BYTE plain[512];
  size_t size = sizeof plain;
  rv = unwrap_rsa(record, in, length, plain, &size);
  if (rv == SAR_OK) rv = answer_bytes(plain, size, out, out_length);
  record_free(record);
  return rv;
}
