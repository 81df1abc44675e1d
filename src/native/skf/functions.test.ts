import { describe, expect, it } from 'vitest';
import { exportNames, stackBytes, type SkfFunction } from './functions.ts';

describe('functions of GM/T 0016', () => {
  it.each<[SkfFunction, number]>([
    ['SKF_EnumDev', 12],
    ['SKF_ConnectDev', 8],
    ['SKF_DisConnectDev', 4],
    ['SKF_GetDevInfo', 8],
    ['SKF_EnumApplication', 12],
    ['SKF_OpenApplication', 12],
    ['SKF_CloseApplication', 4],
    ['SKF_GetPINInfo', 20],
    ['SKF_VerifyPIN', 16],
    ['SKF_ChangePIN', 20],
    ['SKF_UnblockPIN', 16],
    ['SKF_ClearSecureState', 4],
    ['SKF_CreateFile', 20],
    ['SKF_DeleteFile', 8],
    ['SKF_EnumFiles', 12],
    ['SKF_GetFileInfo', 12],
    ['SKF_ReadFile', 24],
    ['SKF_WriteFile', 20],
    ['SKF_CreateContainer', 12],
    ['SKF_DeleteContainer', 8],
    ['SKF_OpenContainer', 12],
    ['SKF_CloseContainer', 4],
    ['SKF_EnumContainer', 12],
    ['SKF_GetContainerType', 8],
    ['SKF_ImportCertificate', 16],
    ['SKF_ExportCertificate', 16],
    ['SKF_GenRSAKeyPair', 12],
    ['SKF_ImportRSAKeyPair', 24],
    ['SKF_RSASignData', 20],
    ['SKF_GenECCKeyPair', 12],
    ['SKF_ImportECCKeyPair', 8],
    ['SKF_ECCSignData', 16],
    ['SKF_ExportPublicKey', 16],
    ['SKF_ImportSessionKey', 20],
    ['SKF_DecryptInit', 48],
    ['SKF_Decrypt', 20],
    ['SKF_CloseHandle', 4],
  ])('%s takes %i bytes of a 32-bit stack', (name, bytes) => {
    expect(stackBytes(name)).toBe(bytes);
  });

  it('is looked for under its plain name first, then as 32-bit compilers decorate it', () => {
    expect(exportNames('SKF_VerifyPIN')).toEqual([
      'SKF_VerifyPIN',
      '_SKF_VerifyPIN@16',
      'SKF_VerifyPIN@16',
      '_SKF_VerifyPIN',
    ]);
  });
});
