/* RSA on libcrypto: keys as PKCS#1 DER, PKCS#1 v1.5 padding only. */
#include "softskf.h"
#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <string.h>

EVP_PKEY *rsa_from_der(const BYTE *der, size_t length) {
  const BYTE *cursor = der;
  return d2i_PrivateKey(EVP_PKEY_RSA, NULL, &cursor, (long)length);
}

size_t rsa_to_der(EVP_PKEY *key, BYTE *out, size_t room) {
  int length = i2d_PrivateKey(key, NULL);
  if (length <= 0 || (size_t)length > room) return 0;
  return (size_t)i2d_PrivateKey(key, &out);
}

EVP_PKEY *rsa_generate(unsigned bits) { return EVP_RSA_gen(bits); }

void rsa_public(EVP_PKEY *key, RSAPUBLICKEYBLOB *out) {
  BIGNUM *n = NULL, *e = NULL;
  memset(out, 0, sizeof *out);
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n);
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e);
  out->AlgID = 0x00010000;
  out->BitLen = (ULONG)BN_num_bits(n);
  BN_bn2binpad(n, out->Modulus, sizeof out->Modulus);
  BN_bn2binpad(e, out->PublicExponent, sizeof out->PublicExponent);
  BN_free(n);
  BN_free(e);
}

/* Type-1 padding around the caller's DigestInfo, as the standard says: the token does not hash. */
bool rsa_sign(EVP_PKEY *key, const BYTE *data, size_t length, BYTE *out, size_t *out_length) {
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
  bool ok = EVP_PKEY_sign_init(ctx) > 0 && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0 &&
            EVP_PKEY_sign(ctx, out, out_length, data, length) > 0;
  EVP_PKEY_CTX_free(ctx);
  return ok;
}

bool rsa_open(EVP_PKEY *key, const BYTE *in, size_t length, BYTE *out, size_t *out_length) {
  EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
  bool ok = EVP_PKEY_decrypt_init(ctx) > 0 && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) > 0 &&
            EVP_PKEY_decrypt(ctx, out, out_length, in, length) > 0;
  EVP_PKEY_CTX_free(ctx);
  return ok;
}
