/* GM/T 0016-2012: types, structures and return values, in the four binary shapes that real libraries have.
 * SKF_ULONG_8: ULONG is 8 bytes wide (some Linux SDKs). SKF_PACK1: structures without padding. */
#ifndef SKF_H
#define SKF_H

#include <stdint.h>

#ifdef SKF_ULONG_8
typedef uint64_t ULONG;
#else
typedef uint32_t ULONG;
#endif
typedef int32_t BOOL;
typedef uint8_t BYTE;
typedef char CHAR;
typedef CHAR *LPSTR;
typedef void *HANDLE;

#ifdef SKF_PACK1
#pragma pack(push, 1)
#endif

typedef struct {
  BYTE major, minor;
} VERSION;

typedef struct {
  VERSION Version;
  CHAR Manufacturer[64], Issuer[64], Label[32], SerialNumber[32];
  VERSION HWVersion, FirmwareVersion;
  ULONG AlgSymCap, AlgAsymCap, AlgHashCap, DevAuthAlgId;
  ULONG TotalSpace, FreeSpace, MaxECCBufferSize, MaxBufferSize;
  BYTE Reserved[64];
} DEVINFO;

typedef struct {
  ULONG AlgID, BitLen;
  BYTE Modulus[256], PublicExponent[4];
} RSAPUBLICKEYBLOB;

typedef struct {
  ULONG BitLen;
  BYTE XCoordinate[64], YCoordinate[64];
} ECCPUBLICKEYBLOB;

typedef struct {
  BYTE XCoordinate[64], YCoordinate[64], HASH[32];
  ULONG CipherLen;
  BYTE Cipher[1]; /* CipherLen bytes */
} ECCCIPHERBLOB;

typedef struct {
  BYTE r[64], s[64];
} ECCSIGNATUREBLOB;

typedef struct {
  BYTE IV[32];
  ULONG IVLen, PaddingType, FeedBitLen;
} BLOCKCIPHERPARAM;

typedef struct {
  ULONG Version, ulSymmAlgID, ulBits;
  BYTE cbEncryptedPriKey[64];
  ECCPUBLICKEYBLOB PubKey;
  ECCCIPHERBLOB ECCCipherBlob;
} ENVELOPEDKEYBLOB;

typedef struct {
  CHAR FileName[32];
  ULONG FileSize, ReadRights, WriteRights;
} FILEATTRIBUTE;

#ifdef SKF_PACK1
#pragma pack(pop)
#endif

enum { ADMIN_TYPE = 0, USER_TYPE = 1 };
enum { RIGHT_NEVER = 0x00, RIGHT_ADMIN = 0x01, RIGHT_USER = 0x10, RIGHT_ANYONE = 0xFF };
enum { CONTAINER_EMPTY = 0, CONTAINER_RSA = 1, CONTAINER_SM2 = 2 };

enum {
  SAR_OK = 0,
  SAR_FAIL = 0x0A000001,
  SAR_NOTSUPPORTYETERR = 0x0A000003,
  SAR_INVALIDHANDLEERR = 0x0A000005,
  SAR_INVALIDPARAMERR = 0x0A000006,
  SAR_WRITEFILEERR = 0x0A000008,
  SAR_NAMELENERR = 0x0A000009,
  SAR_KEYUSAGEERR = 0x0A00000A,
  SAR_MEMORYERR = 0x0A00000E,
  SAR_INDATALENERR = 0x0A000010,
  SAR_INDATAERR = 0x0A000011,
  SAR_GENRSAKEYERR = 0x0A000015,
  SAR_RSAMODULUSLENERR = 0x0A000016,
  SAR_RSADECERR = 0x0A000019,
  SAR_HASHNOTEQUALERR = 0x0A00001A,
  SAR_KEYNOTFOUNTERR = 0x0A00001B,
  SAR_CERTNOTFOUNTERR = 0x0A00001C,
  SAR_BUFFER_TOO_SMALL = 0x0A000020,
  SAR_KEYINFOTYPEERR = 0x0A000021,
  SAR_DEVICE_REMOVED = 0x0A000023,
  SAR_PIN_INCORRECT = 0x0A000024,
  SAR_PIN_LOCKED = 0x0A000025,
  SAR_PIN_LEN_RANGE = 0x0A000027,
  SAR_USER_PIN_NOT_INITIALIZED = 0x0A000029,
  SAR_USER_TYPE_INVALID = 0x0A00002A,
  SAR_APPLICATION_NAME_INVALID = 0x0A00002B,
  SAR_USER_NOT_LOGGED_IN = 0x0A00002D,
  SAR_APPLICATION_NOT_EXISTS = 0x0A00002E,
  SAR_FILE_ALREADY_EXIST = 0x0A00002F,
  SAR_NO_ROOM = 0x0A000030,
  SAR_FILE_NOT_EXIST = 0x0A000031,
  SAR_REACH_MAX_CONTAINER_COUNT = 0x0A000032,
  SAR_NO_AUTH = 0x0A000033 /* vendors only */
};

#endif
