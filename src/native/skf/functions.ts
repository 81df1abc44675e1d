// The functions of GM/T 0016 that a certificate assistant calls, with the kind of every argument. From this one
// table come the declarations, the names of decorated exports and what a trace may show. Not in it on purpose:
// SKF_DevAuth, SKF_CreateApplication, SKF_DeleteApplication, SKF_SetLabel and everything else that initialises.

/** Names and PINs are NUL-terminated; `plain` bytes may be recorded, `secret` ones never. */
export type ArgumentKind =
  | 'bool'
  | 'ulong'
  | 'handle'
  | 'deviceName'
  | 'applicationName'
  | 'containerName'
  | 'fileName'
  | 'deviceNames'
  | 'applicationNames'
  | 'containerNames'
  | 'fileNames'
  | 'pin'
  | 'plainIn'
  | 'secretIn'
  | 'plainOut'
  | 'secretOut'
  | 'deviceInfo'
  | 'fileInfo'
  | 'number' // ULONG* or BOOL*, in and out
  | 'newHandle'
  | 'cipherParam'; // BLOCKCIPHERPARAM by value

/** GM/T 0016-2012 §7, parameters in order; the last group is vendors' own. */
export const SKF_FUNCTIONS = {
  SKF_EnumDev: ['bool', 'deviceNames', 'number'],
  SKF_ConnectDev: ['deviceName', 'newHandle'],
  SKF_DisConnectDev: ['handle'],
  SKF_GetDevInfo: ['handle', 'deviceInfo'],
  SKF_EnumApplication: ['handle', 'applicationNames', 'number'],
  SKF_OpenApplication: ['handle', 'applicationName', 'newHandle'],
  SKF_CloseApplication: ['handle'],
  SKF_GetPINInfo: ['handle', 'ulong', 'number', 'number', 'number'],
  SKF_VerifyPIN: ['handle', 'ulong', 'pin', 'number'],
  SKF_ChangePIN: ['handle', 'ulong', 'pin', 'pin', 'number'],
  SKF_UnblockPIN: ['handle', 'pin', 'pin', 'number'],
  SKF_ClearSecureState: ['handle'],
  SKF_CreateFile: ['handle', 'fileName', 'ulong', 'ulong', 'ulong'],
  SKF_DeleteFile: ['handle', 'fileName'],
  SKF_EnumFiles: ['handle', 'fileNames', 'number'],
  SKF_GetFileInfo: ['handle', 'fileName', 'fileInfo'],
  SKF_ReadFile: ['handle', 'fileName', 'ulong', 'ulong', 'secretOut', 'number'],
  SKF_WriteFile: ['handle', 'fileName', 'ulong', 'secretIn', 'ulong'],
  SKF_CreateContainer: ['handle', 'containerName', 'newHandle'],
  SKF_DeleteContainer: ['handle', 'containerName'],
  SKF_OpenContainer: ['handle', 'containerName', 'newHandle'],
  SKF_CloseContainer: ['handle'],
  SKF_EnumContainer: ['handle', 'containerNames', 'number'],
  SKF_GetContainerType: ['handle', 'number'],
  SKF_ImportCertificate: ['handle', 'bool', 'secretIn', 'ulong'],
  SKF_ExportCertificate: ['handle', 'bool', 'secretOut', 'number'],
  SKF_GenRSAKeyPair: ['handle', 'ulong', 'plainOut'],
  SKF_ImportRSAKeyPair: ['handle', 'ulong', 'secretIn', 'ulong', 'secretIn', 'ulong'],
  SKF_RSASignData: ['handle', 'plainIn', 'ulong', 'plainOut', 'number'],
  SKF_GenECCKeyPair: ['handle', 'ulong', 'plainOut'],
  SKF_ImportECCKeyPair: ['handle', 'secretIn'],
  SKF_ECCSignData: ['handle', 'plainIn', 'ulong', 'plainOut'],
  SKF_ExportPublicKey: ['handle', 'bool', 'plainOut', 'number'],
  SKF_ImportSessionKey: ['handle', 'ulong', 'secretIn', 'ulong', 'newHandle'],
  SKF_DecryptInit: ['handle', 'cipherParam'],
  SKF_Decrypt: ['handle', 'secretIn', 'ulong', 'secretOut', 'number'],
  SKF_CloseHandle: ['handle'],

  SKF_ECCDecrypt: ['handle', 'secretIn', 'secretOut', 'number'],
  SKF_ECCPrvKeyDecrypt: ['handle', 'secretIn', 'secretOut', 'number'],
  V_ECCPrvKeyDecrypt: ['handle', 'ulong', 'secretIn', 'secretOut', 'number'],
  SKF_RSADecrypt: ['handle', 'secretIn', 'ulong', 'secretOut', 'number'],
  SKF_RSAPrvKeyDecrypt: ['handle', 'secretIn', 'ulong', 'secretOut', 'number'],
  V_RSAPrvKeyDecrypt: ['handle', 'ulong', 'secretIn', 'ulong', 'secretOut', 'number'],
} as const satisfies Record<string, readonly ArgumentKind[]>;

export type SkfFunction = keyof typeof SKF_FUNCTIONS;

type ValueOf<K extends ArgumentKind> = K extends 'bool' | 'ulong'
  ? number
  : K extends 'handle'
    ? bigint
    : Uint8Array | null;

type ValuesOf<K extends readonly ArgumentKind[]> = { -readonly [I in keyof K]: ValueOf<K[I]> };

/** Numbers by value, handles as bigint, everything else as bytes that the driver reads or fills in place. */
export type ArgumentsOf<F extends SkfFunction> = ValuesOf<(typeof SKF_FUNCTIONS)[F]>;

export type Argument = number | bigint | Uint8Array | null;

/** Without these a library is no SKF library we could read a certificate with. */
export const NEEDED_FUNCTIONS = [
  'SKF_EnumDev',
  'SKF_ConnectDev',
  'SKF_DisConnectDev',
  'SKF_GetDevInfo',
  'SKF_EnumApplication',
  'SKF_OpenApplication',
  'SKF_CloseApplication',
  'SKF_VerifyPIN',
  'SKF_EnumContainer',
  'SKF_OpenContainer',
  'SKF_CloseContainer',
  'SKF_ExportCertificate',
  'SKF_ExportPublicKey',
] as const satisfies readonly SkfFunction[];

/** Bytes of the arguments on a 32-bit stack: the N of a decorated `_SKF_X@N`. */
export function stackBytes(name: SkfFunction): number {
  const kinds: readonly ArgumentKind[] = SKF_FUNCTIONS[name];
  return kinds.reduce((sum, kind) => sum + (kind === 'cipherParam' ? 44 : 4), 0);
}

/** Under which names a library may export a function: plain, then as 32-bit Windows compilers decorate. */
export function exportNames(name: SkfFunction): readonly string[] {
  const bytes = String(stackBytes(name));
  return [name, `_${name}@${bytes}`, `${name}@${bytes}`, `_${name}`];
}
