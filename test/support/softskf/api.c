/* The exported functions: each counts, consults the control file, does its work and is traced. */
#include "softskf.h"

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

#define API(name, parameters, work)                                    \
  EXPORT ULONG name parameters {                                       \
    ULONG rv = control_before(#name);                                  \
    if (rv == SAR_OK && !control_lies.skip) rv = (ULONG)(work);        \
    return control_after(#name, rv);                                   \
  }

API(SKF_EnumDev, (BOOL present, LPSTR list, ULONG *size), do_enum_dev(present, list, size))
API(SKF_ConnectDev, (LPSTR name, HANDLE *out), do_connect_dev(name, out))
API(SKF_DisConnectDev, (HANDLE device), handle_close(device, KIND_DEVICE))
API(SKF_GetDevState, (LPSTR name, ULONG *state), do_get_dev_state(name, state))
API(SKF_GetDevInfo, (HANDLE device, DEVINFO *info), do_get_dev_info(device, info))
API(SKF_GenRandom, (HANDLE device, BYTE *out, ULONG length), do_gen_random(device, out, length))

API(SKF_EnumApplication, (HANDLE device, LPSTR list, ULONG *size), do_enum_application(device, list, size))
API(SKF_OpenApplication, (HANDLE device, LPSTR name, HANDLE *out), do_open_application(device, name, out))
API(SKF_CloseApplication, (HANDLE application), handle_close(application, KIND_APPLICATION))
API(SKF_GetPINInfo, (HANDLE application, ULONG type, ULONG *max, ULONG *left, BOOL *is_default),
    do_get_pin_info(application, type, max, left, is_default))
API(SKF_VerifyPIN, (HANDLE application, ULONG type, LPSTR pin, ULONG *left),
    do_verify_pin(application, type, pin, left))
API(SKF_ChangePIN, (HANDLE application, ULONG type, LPSTR old_pin, LPSTR new_pin, ULONG *left),
    do_change_pin(application, type, old_pin, new_pin, left))
API(SKF_UnblockPIN, (HANDLE application, LPSTR admin_pin, LPSTR new_pin, ULONG *left),
    do_unblock_pin(application, admin_pin, new_pin, left))
API(SKF_ClearSecureState, (HANDLE application), do_clear_secure_state(application))

API(SKF_CreateFile, (HANDLE application, LPSTR name, ULONG size, ULONG read_rights, ULONG write_rights),
    do_create_file(application, name, size, read_rights, write_rights))
API(SKF_DeleteFile, (HANDLE application, LPSTR name), do_delete_file(application, name))
API(SKF_EnumFiles, (HANDLE application, LPSTR list, ULONG *size), do_enum_files(application, list, size))
API(SKF_GetFileInfo, (HANDLE application, LPSTR name, FILEATTRIBUTE *out), do_get_file_info(application, name, out))
API(SKF_ReadFile, (HANDLE application, LPSTR name, ULONG offset, ULONG size, BYTE *out, ULONG *length),
    do_read_file(application, name, offset, size, out, length))
API(SKF_WriteFile, (HANDLE application, LPSTR name, ULONG offset, BYTE *data, ULONG size),
    do_write_file(application, name, offset, data, size))

API(SKF_CreateContainer, (HANDLE application, LPSTR name, HANDLE *out), do_create_container(application, name, out))
API(SKF_DeleteContainer, (HANDLE application, LPSTR name), do_delete_container(application, name))
API(SKF_OpenContainer, (HANDLE application, LPSTR name, HANDLE *out), do_open_container(application, name, out))
API(SKF_CloseContainer, (HANDLE container), handle_close(container, KIND_CONTAINER))
API(SKF_EnumContainer, (HANDLE application, LPSTR list, ULONG *size), do_enum_container(application, list, size))
API(SKF_GetContainerType, (HANDLE container, ULONG *type), do_get_container_type(container, type))
API(SKF_ImportCertificate, (HANDLE container, BOOL sign, BYTE *certificate, ULONG length),
    do_import_certificate(container, sign, certificate, length))
API(SKF_ExportCertificate, (HANDLE container, BOOL sign, BYTE *out, ULONG *length),
    do_export_certificate(container, sign, out, length))

API(SKF_GenECCKeyPair, (HANDLE container, ULONG algorithm, ECCPUBLICKEYBLOB *out),
    do_gen_ecc(container, algorithm, out))
API(SKF_GenRSAKeyPair, (HANDLE container, ULONG bits, RSAPUBLICKEYBLOB *out), do_gen_rsa(container, bits, out))
API(SKF_ImportECCKeyPair, (HANDLE container, ENVELOPEDKEYBLOB *envelope), do_import_ecc(container, envelope))
API(SKF_ImportRSAKeyPair,
    (HANDLE container, ULONG algorithm, BYTE *wrapped, ULONG wrapped_length, BYTE *data, ULONG length),
    do_import_rsa(container, algorithm, wrapped, wrapped_length, data, length))
API(SKF_ExportPublicKey, (HANDLE container, BOOL sign, BYTE *out, ULONG *length),
    do_export_public_key(container, sign, out, length))
API(SKF_ECCSignData, (HANDLE container, BYTE *digest, ULONG length, ECCSIGNATUREBLOB *out),
    do_ecc_sign(container, digest, length, out))
API(SKF_RSASignData, (HANDLE container, BYTE *data, ULONG length, BYTE *out, ULONG *out_length),
    do_rsa_sign(container, data, length, out, out_length))

API(SKF_ImportSessionKey, (HANDLE container, ULONG algorithm, BYTE *wrapped, ULONG length, HANDLE *out),
    do_import_session_key(container, algorithm, wrapped, length, out))
API(SKF_DecryptInit, (HANDLE key, BLOCKCIPHERPARAM param), do_decrypt_init(key, param))
API(SKF_Decrypt, (HANDLE key, BYTE *in, ULONG length, BYTE *out, ULONG *out_length),
    do_decrypt(key, in, length, out, out_length))
API(SKF_CloseHandle, (HANDLE key), handle_close(key, KIND_KEY))

#ifdef SOFTSKF_VENDOR_DECRYPT
API(SKF_ECCDecrypt, (HANDLE container, ECCCIPHERBLOB *cipher, BYTE *out, ULONG *length),
    do_vendor_ecc_decrypt(container, cipher, out, length))
API(SKF_RSADecrypt, (HANDLE container, BYTE *in, ULONG length, BYTE *out, ULONG *out_length),
    do_vendor_rsa_decrypt(container, in, length, out, out_length))
#endif
