/* The key pairs of a container: made here (signing), or delivered in an envelope (encryption). */
#define _DEFAULT_SOURCE
#include "softskf.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RSA_DER_ROOM 4096

/* What generation does in a used container, how long it takes, which SM2 id it wants: as the device says. */
static ULONG before_generation(struct handle *container, struct record *record, ULONG sm2_id) {
  struct record *device = device_record(container->device);
  const char *used = record_get(device, "generate_used"), *ids = record_get(device, "sm2_id");
  ULONG rv = SAR_OK;
  if (used && !strcmp(used, "refuse") && record_get(record, "sign_key")) rv = SAR_KEYINFOTYPEERR;
  if (sm2_id) {
    bool first = sm2_id == 0x20100 && (!ids || strcmp(ids, "20200"));
    bool second = sm2_id == 0x20200 && (!ids || strcmp(ids, "20100"));
    if (!first && !second) rv = SAR_INVALIDPARAMERR;
  }
  if (rv == SAR_OK) usleep((useconds_t)(record_number(device, "generate_ms", 0) * 1000));
  record_free(device);
  return rv;
}

/* A new signing key replaces everything in the container. */
static ULONG store_signing_key(struct handle *container, struct record *record, long type, const BYTE *key,
                               size_t length) {
  static const char *const all[] = {"sign_key", "enc_key", "sign_cert", "enc_cert"};
  for (size_t i = 0; i < 4; i++) record_set(record, all[i], NULL);
  record_set_number(record, "type", type);
  record_set_bytes(record, "sign_key", key, length);
  return container_save(container, record);
}

static void put_point(ECCPUBLICKEYBLOB *out, const struct sm2_point *point) {
  memset(out, 0, sizeof *out);
  out->BitLen = 256;
  memcpy(out->XCoordinate + 32, point->x, 32);
  memcpy(out->YCoordinate + 32, point->y, 32);
}

ULONG do_gen_ecc(HANDLE raw, ULONG algorithm, ECCPUBLICKEYBLOB *out) {
  struct handle *container;
  struct record *record;
  ULONG rv = container_load(raw, true, &container, &record);
  if (rv != SAR_OK) return rv;
  BYTE d[32];
  struct sm2_point point;
  rv = out ? before_generation(container, record, algorithm ? algorithm : 1) : SAR_INVALIDPARAMERR;
  if (rv == SAR_OK && !sm2_generate(d, &point)) rv = SAR_FAIL;
  if (rv == SAR_OK) rv = store_signing_key(container, record, CONTAINER_SM2, d, 32);
  if (rv == SAR_OK) put_point(out, &point);
  record_free(record);
  return rv;
}

ULONG do_gen_rsa(HANDLE raw, ULONG bits, RSAPUBLICKEYBLOB *out) {
  struct handle *container;
  struct record *record;
  ULONG rv = container_load(raw, true, &container, &record);
  if (rv != SAR_OK) return rv;
  rv = out ? before_generation(container, record, 0) : SAR_INVALIDPARAMERR;
  if (rv == SAR_OK && bits != 1024 && bits != 2048) rv = SAR_RSAMODULUSLENERR;
  EVP_PKEY *key = rv == SAR_OK ? rsa_generate((unsigned)bits) : NULL;
  if (rv == SAR_OK && !key) rv = SAR_GENRSAKEYERR;
  if (rv == SAR_OK) {
    BYTE der[RSA_DER_ROOM];
    rv = store_signing_key(container, record, CONTAINER_RSA, der, rsa_to_der(key, der, sizeof der));
    if (rv == SAR_OK) rsa_public(key, out);
  }
  EVP_PKEY_free(key);
  record_free(record);
  return rv;
}

/* Both layouts in use share their right half; a strict device also wants the left half to open to zeros. */
static bool open_private_key(struct handle *container, ULONG algorithm, const BYTE key[16], const BYTE in[64],
                             BYTE d[32]) {
  BYTE plain[64], zeros[32] = {0};
  struct record *device = device_record(container->device);
  const char *layout = record_get(device, "envelope");
  bool strict = layout && !strcmp(layout, "strict64");
  record_free(device);
  if (!cipher_open(algorithm, key, 16, NULL, in, 64, plain)) return false;
  if (strict && memcmp(plain, zeros, 32)) return false;
  memcpy(d, plain + 32, 32);
  return true;
}

static ULONG open_envelope(struct handle *container, struct record *record, ENVELOPEDKEYBLOB *envelope,
                           BYTE d[32]) {
  BYTE sign_key[32], session[16];
  struct sm2_point c1, claimed, real;
  ECCCIPHERBLOB *wrapped = &envelope->ECCCipherBlob;
  if (record_number(record, "type", 0) != CONTAINER_SM2 || record_bytes(record, "sign_key", sign_key, 32) != 32)
    return SAR_KEYNOTFOUNTERR;
  if (envelope->Version != 1 || envelope->ulBits != 256) return SAR_INVALIDPARAMERR;
  if (wrapped->CipherLen != 16) return SAR_INDATALENERR;
  memcpy(c1.x, wrapped->XCoordinate + 32, 32);
  memcpy(c1.y, wrapped->YCoordinate + 32, 32);
  if (!sm2_open(sign_key, &c1, wrapped->HASH, wrapped->Cipher, 16, session)) return SAR_HASHNOTEQUALERR;
  if (!open_private_key(container, envelope->ulSymmAlgID, session, envelope->cbEncryptedPriKey, d))
    return SAR_INDATAERR;
  memcpy(claimed.x, envelope->PubKey.XCoordinate + 32, 32);
  memcpy(claimed.y, envelope->PubKey.YCoordinate + 32, 32);
  return sm2_public(d, &real) && !memcmp(&real, &claimed, sizeof real) ? SAR_OK : SAR_INDATAERR;
}

ULONG do_import_ecc(HANDLE raw, ENVELOPEDKEYBLOB *envelope) {
  struct handle *container;
  struct record *record;
  ULONG rv = container_load(raw, true, &container, &record);
  if (rv != SAR_OK) return rv;
  BYTE d[32];
  rv = envelope ? open_envelope(container, record, envelope, d) : SAR_INVALIDPARAMERR;
  if (rv == SAR_OK) {
    record_set_bytes(record, "enc_key", d, 32);
    rv = container_save(container, record);
  }
  record_free(record);
  return rv;
}

static EVP_PKEY *rsa_key(struct record *record, const char *name) {
  BYTE der[RSA_DER_ROOM];
  if (record_number(record, "type", 0) != CONTAINER_RSA) return NULL;
  return rsa_from_der(der, record_bytes(record, name, der, sizeof der));
}

ULONG do_import_rsa(HANDLE raw, ULONG algorithm, BYTE *wrapped, ULONG wrapped_length, BYTE *data, ULONG length) {
  struct handle *container;
  struct record *record;
  ULONG rv = container_load(raw, true, &container, &record);
  if (rv != SAR_OK) return rv;
  BYTE session[512], plain[RSA_DER_ROOM];
  size_t session_length = sizeof session;
  EVP_PKEY *signing = rsa_key(record, "sign_key"), *key = NULL;
  if (!signing) rv = SAR_KEYNOTFOUNTERR;
  else if (!wrapped || !data || length > sizeof plain) rv = SAR_INDATALENERR;
  else if (!rsa_open(signing, wrapped, wrapped_length, session, &session_length)) rv = SAR_RSADECERR;
  else if (!cipher_open(algorithm, session, session_length, NULL, data, length, plain)) rv = SAR_INVALIDPARAMERR;
  else if (!(key = rsa_from_der(plain, length))) rv = SAR_INDATAERR;
  if (rv == SAR_OK) {
    BYTE der[RSA_DER_ROOM];
    record_set_bytes(record, "enc_key", der, rsa_to_der(key, der, sizeof der));
    rv = container_save(container, record);
  }
  EVP_PKEY_free(signing);
  EVP_PKEY_free(key);
  record_free(record);
  return rv;
}

ULONG do_export_public_key(HANDLE raw, BOOL sign, BYTE *out, ULONG *length) {
  struct handle *container;
  struct record *record;
  ULONG rv = container_load(raw, false, &container, &record);
  if (rv != SAR_OK) return rv;
  const char *name = sign ? "sign_key" : "enc_key";
  BYTE d[32];
  struct sm2_point point;
  EVP_PKEY *rsa = rsa_key(record, name);
  if (rsa) {
    RSAPUBLICKEYBLOB blob;
    rsa_public(rsa, &blob);
    rv = answer_bytes((BYTE *)&blob, sizeof blob, out, length);
  } else if (record_bytes(record, name, d, 32) == 32 && sm2_public(d, &point)) {
    ECCPUBLICKEYBLOB blob;
    put_point(&blob, &point);
    rv = answer_bytes((BYTE *)&blob, sizeof blob, out, length);
  } else {
    rv = SAR_KEYNOTFOUNTERR;
  }
  EVP_PKEY_free(rsa);
  record_free(record);
  return rv;
}

ULONG do_ecc_sign(HANDLE raw, BYTE *digest, ULONG length, ECCSIGNATUREBLOB *out) {
  struct handle *container;
  struct record *record;
  ULONG rv = container_load(raw, true, &container, &record);
  if (rv != SAR_OK) return rv;
  BYTE d[32];
  if (record_number(record, "type", 0) != CONTAINER_SM2 || record_bytes(record, "sign_key", d, 32) != 32)
    rv = SAR_KEYNOTFOUNTERR;
  else if (!digest || !out || length != 32) rv = SAR_INDATALENERR;
  if (rv == SAR_OK) {
    memset(out, 0, sizeof *out);
    rv = sm2_sign(d, digest, out->r + 32, out->s + 32) ? SAR_OK : SAR_FAIL;
  }
  record_free(record);
  return rv;
}

ULONG do_rsa_sign(HANDLE raw, BYTE *data, ULONG length, BYTE *out, ULONG *out_length) {
  struct handle *container;
  struct record *record;
  ULONG rv = container_load(raw, true, &container, &record);
  if (rv != SAR_OK) return rv;
  BYTE signature[256];
  size_t size = sizeof signature;
  EVP_PKEY *key = rsa_key(record, "sign_key");
  if (!key) rv = SAR_KEYNOTFOUNTERR;
  else if (!rsa_sign(key, data, length, signature, &size)) rv = SAR_INDATALENERR;
  else rv = answer_bytes(signature, size, out, out_length);
  EVP_PKEY_free(key);
  record_free(record);
  return rv;
}
