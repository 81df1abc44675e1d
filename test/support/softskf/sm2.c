/* SM2 by its formulas (GB/T 32918.2 §6.1, 32918.4 §7.1) on libcrypto's curve arithmetic. */
#include "softskf.h"
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <string.h>

static EC_GROUP *curve(void) { return EC_GROUP_new_by_curve_name(NID_sm2); }

static bool coordinates(EC_GROUP *group, EC_POINT *point, BYTE x[32], BYTE y[32]) {
  BIGNUM *bx = BN_new(), *by = BN_new();
  bool ok = EC_POINT_get_affine_coordinates(group, point, bx, by, NULL) && BN_bn2binpad(bx, x, 32) == 32 &&
            BN_bn2binpad(by, y, 32) == 32;
  BN_free(bx);
  BN_free(by);
  return ok;
}

bool sm2_public(const BYTE d[32], struct sm2_point *public_key) {
  EC_GROUP *group = curve();
  EC_POINT *point = EC_POINT_new(group);
  BIGNUM *scalar = BN_bin2bn(d, 32, NULL), *limit = BN_dup(EC_GROUP_get0_order(group));
  BN_sub_word(limit, 1); /* 1 ≤ d ≤ n − 2 */
  bool ok = !BN_is_zero(scalar) && BN_cmp(scalar, limit) < 0 &&
            EC_POINT_mul(group, point, scalar, NULL, NULL, NULL) &&
            coordinates(group, point, public_key->x, public_key->y);
  BN_clear_free(scalar);
  BN_free(limit);
  EC_POINT_free(point);
  EC_GROUP_free(group);
  return ok;
}

bool sm2_generate(BYTE d[32], struct sm2_point *public_key) {
  EC_GROUP *group = curve();
  BIGNUM *scalar = BN_new(), *range = BN_dup(EC_GROUP_get0_order(group));
  BN_sub_word(range, 2);
  bool ok = BN_priv_rand_range(scalar, range) && BN_add_word(scalar, 1) && BN_bn2binpad(scalar, d, 32) == 32;
  BN_clear_free(scalar);
  BN_free(range);
  EC_GROUP_free(group);
  return ok && sm2_public(d, public_key);
}

bool sm2_sign(const BYTE d[32], const BYTE e[32], BYTE r[32], BYTE s[32]) {
  EC_GROUP *group = curve();
  EC_POINT *point = EC_POINT_new(group);
  BN_CTX *ctx = BN_CTX_new();
  const BIGNUM *n = EC_GROUP_get0_order(group);
  BIGNUM *bd = BN_bin2bn(d, 32, NULL), *be = BN_bin2bn(e, 32, NULL);
  BIGNUM *k = BN_new(), *x = BN_new(), *br = BN_new(), *bs = BN_new(), *t = BN_new();
  bool ok;
  do {
    ok = BN_priv_rand_range(k, n) && !BN_is_zero(k) && EC_POINT_mul(group, point, k, NULL, NULL, ctx) &&
         EC_POINT_get_affine_coordinates(group, point, x, NULL, ctx) && BN_mod_add(br, be, x, n, ctx) &&
         BN_add(t, br, k);
    if (ok && (BN_is_zero(br) || !BN_cmp(t, n))) continue;
    ok = ok && BN_mod_mul(t, br, bd, n, ctx) && BN_mod_sub(bs, k, t, n, ctx) && BN_copy(t, bd) &&
         BN_add_word(t, 1) && BN_mod_inverse(t, t, n, ctx) && BN_mod_mul(bs, bs, t, n, ctx);
  } while (ok && BN_is_zero(bs));
  ok = ok && BN_bn2binpad(br, r, 32) == 32 && BN_bn2binpad(bs, s, 32) == 32;
  BN_clear_free(bd), BN_clear_free(k), BN_clear_free(t);
  BN_free(be), BN_free(x), BN_free(br), BN_free(bs);
  BN_CTX_free(ctx);
  EC_POINT_free(point);
  EC_GROUP_free(group);
  return ok;
}

static void sm3(const BYTE *a, size_t al, const BYTE *b, size_t bl, const BYTE *c, size_t cl, BYTE out[32]) {
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  EVP_DigestInit_ex(ctx, EVP_sm3(), NULL);
  EVP_DigestUpdate(ctx, a, al);
  EVP_DigestUpdate(ctx, b, bl);
  EVP_DigestUpdate(ctx, c, cl);
  EVP_DigestFinal_ex(ctx, out, NULL);
  EVP_MD_CTX_free(ctx);
}

bool sm2_open(const BYTE d[32], const struct sm2_point *c1, const BYTE c3[32], const BYTE *c2, size_t length,
              BYTE *out) {
  EC_GROUP *group = curve();
  EC_POINT *point = EC_POINT_new(group);
  BIGNUM *bd = BN_bin2bn(d, 32, NULL), *x = BN_bin2bn(c1->x, 32, NULL), *y = BN_bin2bn(c1->y, 32, NULL);
  BYTE shared[64], block[32];
  bool ok = EC_POINT_set_affine_coordinates(group, point, x, y, NULL) && /* refuses points off the curve */
            EC_POINT_mul(group, point, NULL, point, bd, NULL) && coordinates(group, point, shared, shared + 32);
  for (size_t i = 0; ok && i < length; i++) {
    if (i % 32 == 0) {
      uint32_t n = (uint32_t)(i / 32 + 1);
      BYTE counter[4] = {(BYTE)(n >> 24), (BYTE)(n >> 16), (BYTE)(n >> 8), (BYTE)n};
      sm3(shared, 64, counter, 4, NULL, 0, block);
    }
    out[i] = c2[i] ^ block[i % 32];
  }
  if (ok) {
    sm3(shared, 32, out, length, shared + 32, 32, block);
    ok = !memcmp(block, c3, 32);
  }
  BN_clear_free(bd);
  BN_free(x), BN_free(y);
  EC_POINT_free(point);
  EC_GROUP_free(group);
  return ok;
}
