// Changes of a Windows computer: a registry value, a certificate in a store, how a service is set. Each is looked at
// before, and again afterwards: what Windows says it did is not believed.

import { decodeBase64 } from '../../../core/certificate/base64.ts';
import {
  placeOf,
  type CertificateChange,
  type RegistryChange,
  type WindowsServiceChange,
} from '../../../core/environment/repair.ts';
import type { Obstacle } from '../../../core/environment/probed.ts';
import type { RegistryValue } from '../../../core/environment/windows-probe.ts';
import type { WindowsSystem } from '../../../core/environment/windows-system.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { done, err, type Result } from '../../../core/errors/result.ts';
import type { Standing } from './standing.ts';

export type WindowsChange = RegistryChange | CertificateChange | WindowsServiceChange;

type WindowsChangeError = AppError<'repair.failed' | 'repair.declined'>;

export interface WindowsChanges {
  readonly look: (change: WindowsChange) => Promise<Standing>;
  /** Things stand otherwise. What fails is as before. */
  readonly bring: (
    change: WindowsChange,
    to: 'before' | 'after',
  ) => Promise<Result<void, WindowsChangeError>>;
}

export function createWindowsChanges(windows: WindowsSystem): WindowsChanges {
  async function look(change: WindowsChange): Promise<Standing> {
    switch (change.kind) {
      case 'registry':
        return lookRegistry(windows, change);
      case 'certificate':
        return lookCertificate(windows, change);
      case 'windowsService':
        return lookService(windows, change);
    }
  }

  async function attempt(change: WindowsChange, to: 'before' | 'after'): Promise<Result<void, Obstacle>> {
    switch (change.kind) {
      case 'registry':
        return writeValue(windows, change, to);
      case 'certificate': {
        const der = bytesOf(change.der);
        if (change[to] === 'absent') return windows.removeCertificate(change.store, change.place, der);
        const serialized = change.serialized === null ? null : bytesOf(change.serialized);
        return windows.addCertificate(change.store, change.place, der, serialized);
      }
      case 'windowsService':
        return windows.setService(change.name, change[to]);
    }
  }

  return {
    look,
    async bring(change, to) {
      const tried = await attempt(change, to);
      if ((await look(change)) === to) return done;
      if (!tried.ok && tried.error.reason === 'denied' && change.kind === 'certificate')
        return err({ code: 'repair.declined' });
      const reason = tried.ok ? '' : `${tried.error.reason} ${tried.error.what}`;
      return err({ code: 'repair.failed', path: placeOf(change), reason });
    },
  };
}

/** An empty key that was made for the value goes with it. */
async function writeValue(
  windows: WindowsSystem,
  { key, name, view, before, after, newKey }: RegistryChange,
  to: 'before' | 'after',
): Promise<Result<void, Obstacle>> {
  const what = `${key}\\${name}`;
  if (before?.type === 'other' || after?.type === 'other') return err({ reason: 'malformed', what });
  const written = await windows.setValue(key, name, view, to === 'before' ? before : after);
  if (newKey === null || (to === 'after' && written.ok)) return written;
  const removed = await windows.removeEmptyKey(newKey, view);
  return written.ok ? removed : written;
}

async function lookRegistry(
  windows: WindowsSystem,
  { key, name, view, before, after }: RegistryChange,
): Promise<Standing> {
  const value = await windows.value(key, name, view);
  if (!value.ok) return 'elsewhere';
  if (isSameValue(value.value, after)) return 'after';
  return isSameValue(value.value, before) ? 'before' : 'elsewhere';
}

function isSameValue(a: RegistryValue | null, b: RegistryValue | null): boolean {
  return a?.type === b?.type && JSON.stringify(a?.value) === JSON.stringify(b?.value);
}

async function lookCertificate(
  windows: WindowsSystem,
  { store, place, der, before, after }: CertificateChange,
): Promise<Standing> {
  const certificates = await windows.store(store, place);
  if (!certificates.ok) return 'elsewhere';
  const wanted = bytesOf(der);
  const isThere = certificates.value.some((one) => Buffer.compare(one.der, wanted) === 0);
  const stands = isThere ? 'present' : 'absent';
  if (stands === after) return 'after';
  return stands === before ? 'before' : 'elsewhere';
}

async function lookService(
  windows: WindowsSystem,
  { name, before, after }: WindowsServiceChange,
): Promise<Standing> {
  const service = await windows.service(name);
  if (!service.ok || service.value === null) return 'elsewhere';
  const by = before.start === after.start ? 'state' : 'start';
  if (service.value[by] === after[by]) return 'after';
  return service.value[by] === before[by] ? 'before' : 'elsewhere';
}

function bytesOf(base64: string): Uint8Array {
  return decodeBase64(base64) ?? new Uint8Array();
}
