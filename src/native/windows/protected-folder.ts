// A folder below ProgramData that only administrators and the system may write to. Anybody may make folders there, so
// one that was there before is used only where nobody else can have a hand in it.

import type { WindowsWrites } from '../../core/environment/windows-system.ts';
import { done, err } from '../../core/errors/result.ts';
import type { WindowsApi } from './api.ts';
import { bytesOf, handleAt, isNoHandle, refused, textAt, viewOf } from './numbers.ts';

/** Owner administrators; nothing inherited; full rights for system and administrators, reading for users. */
const PROTECTED = 'O:BAG:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)';
const REVISION = 1;
const ALREADY_EXISTS = 183;
const REPARSE_POINT = 0x400;
const NO_ATTRIBUTES = 0xffff_ffff;
const FILE_OBJECT = 1;
/** OWNER_SECURITY_INFORMATION and DACL_SECURITY_INFORMATION. */
const OWNER_AND_RIGHTS = 5;
const MAX_TEXT = 4096;

export function createProtectedFolders(api: WindowsApi): Pick<WindowsWrites, 'protectFolder'> {
  /** SDDL of the folder; null: it cannot be told. */
  function rightsOf(path: string): string | null {
    const [descriptor, text, length] = [new Uint8Array(8), new Uint8Array(8), bytesOf([0])];
    const none = [null, null, null, null] as const;
    if (api.number('GetNamedSecurityInfoW', path, FILE_OBJECT, OWNER_AND_RIGHTS, ...none, descriptor) !== 0)
      return null;
    const made = api.number(
      'ConvertSecurityDescriptorToStringSecurityDescriptorW',
      handleAt(descriptor),
      REVISION,
      OWNER_AND_RIGHTS,
      text,
      length,
    );
    const bytes = Math.min(viewOf(length).getUint32(0, true) * 2, MAX_TEXT);
    const sddl = made === 0 ? null : textAt(api.memory(handleAt(text), bytes));
    api.handle('LocalFree', handleAt(descriptor));
    if (made !== 0) api.handle('LocalFree', handleAt(text));
    return sddl;
  }

  return {
    async protectFolder(path) {
      const descriptor = new Uint8Array(8);
      const name = 'ConvertStringSecurityDescriptorToSecurityDescriptorW';
      if (api.number(name, PROTECTED, REVISION, descriptor, null) === 0)
        return refused(path, api.number('GetLastError'));
      const attributes = new Uint8Array(24);
      attributes.set(bytesOf([24]));
      attributes.set(descriptor, 8);
      const code = api.number('CreateDirectoryW', path, attributes) === 0 ? api.number('GetLastError') : 0;
      if (!isNoHandle(handleAt(descriptor))) api.handle('LocalFree', handleAt(descriptor));
      if (code === 0) return done;
      if (code !== ALREADY_EXISTS) return refused(path, code);
      const marks = api.number('GetFileAttributesW', path);
      const isLink = marks === NO_ATTRIBUTES || (marks & REPARSE_POINT) !== 0;
      const sddl = isLink ? null : rightsOf(path);
      return sddl !== null && isProtected(sddl) ? done : err({ reason: 'denied', what: path });
    },
  };
}

/** Whom the owner's and the administrators' abbreviations name: administrators, system, the installer. */
const TRUSTED = new Set(['BA', 'SY', 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464']);
/** Reading and running: FILE_GENERIC_READ with FILE_GENERIC_EXECUTE, in the ways they are written. */
const READING = new Set(['0x1200a9', 'FRFX', 'FR', 'GRGX', 'GR', 'GXGR']);

/** Owned by administrators, and written by nobody else (SDDL as Windows writes it). */
export function isProtected(sddl: string): boolean {
  const owner = /^O:(BA|SY|S-[\d-]+)/.exec(sddl)?.[1];
  const rights = /D:[A-Z]*((?:\([^()]*\))*)/.exec(sddl)?.[1];
  if (owner === undefined || !TRUSTED.has(owner) || rights === undefined || rights === '') return false;
  return [...rights.matchAll(/\(([^()]*)\)/g)].every(([, entry = '']) => {
    const [type, , right = '', , , who = ''] = entry.split(';');
    return type === 'D' || (type === 'A' && (TRUSTED.has(who) || READING.has(right)));
  });
}
