// Numbers of PKCS#11 v2.40 (pkcs11t.h), only those in use. pkcs11js has them too, but it is optional.

export const CKO = { data: 0, certificate: 1, publicKey: 2, privateKey: 3 } as const;

export const CKK = { rsa: 0x00, ec: 0x03 } as const;

/** Key types vendors chose for SM2, which PKCS#11 does not know. */
export const VENDOR_SM2_KEY_TYPES: ReadonlySet<number> = new Set([
  0x8000_0004, 0x8000_0001, 0x0001_0001, 0x8005_0002,
]);

export const CKC_X_509 = 0;

export const CKA = {
  class: 0x000,
  token: 0x001,
  private: 0x002,
  label: 0x003,
  application: 0x010,
  value: 0x011,
  certificateType: 0x080,
  issuer: 0x081,
  serialNumber: 0x082,
  keyType: 0x100,
  subject: 0x101,
  id: 0x102,
  sensitive: 0x103,
  encrypt: 0x104,
  decrypt: 0x105,
  wrap: 0x106,
  unwrap: 0x107,
  sign: 0x108,
  verify: 0x10a,
  derive: 0x10c,
  modulus: 0x120,
  modulusBits: 0x121,
  publicExponent: 0x122,
  extractable: 0x162,
  ecParams: 0x180,
  ecPoint: 0x181,
} as const;

export const CKM = {
  rsaKeyPairGen: 0x0000,
  rsaPkcs: 0x0001,
  rsaX509: 0x0003,
  rsaPkcsOaep: 0x0009,
  sha256RsaPkcs: 0x0040,
  sha384RsaPkcs: 0x0041,
  sha512RsaPkcs: 0x0042,
  ecKeyPairGen: 0x1040,
  ecdsa: 0x1041,
  ecdsaSha256: 0x1044,
  ecdsaSha384: 0x1045,
  ecdsaSha512: 0x1046,
} as const;

/** CK_TOKEN_INFO.flags, PKCS#11 v2.40 §3.2 table 6. */
export const CKF = {
  writeProtected: 0x0000_0002,
  loginRequired: 0x0000_0004,
  userPinInitialized: 0x0000_0008,
  tokenInitialized: 0x0000_0400,
  userPinCountLow: 0x0001_0000,
  userPinFinalTry: 0x0002_0000,
  userPinLocked: 0x0004_0000,
  userPinToBeChanged: 0x0008_0000,
  soPinCountLow: 0x0010_0000,
  soPinFinalTry: 0x0020_0000,
  soPinLocked: 0x0040_0000,
} as const;

export const CKF_RW_SESSION = 0x2;
export const CKF_SERIAL_SESSION = 0x4;

export const CKU = { so: 0, user: 1 } as const;

/** CK_SESSION_INFO.state, §3.3. */
export const CKS = { roPublic: 0, roUser: 1, rwPublic: 2, rwUser: 3, rwSo: 4 } as const;
