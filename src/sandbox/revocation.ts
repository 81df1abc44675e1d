// Revoking and freezing: a signing certificate takes its encryption certificate with it.

import { pairOf, type CertificateRecord, type SandboxState } from './state.ts';

export function revoke(
  state: SandboxState,
  certificate: CertificateRecord,
  revoked: NonNullable<CertificateRecord['revoked']>,
): void {
  for (const record of pairOf(state, certificate)) record.revoked = { ...revoked };
}

/** Because an order replaces it. What is revoked already stays so. */
export function supersede(state: SandboxState, old: CertificateRecord | undefined, at: number): void {
  for (const record of old === undefined ? [] : pairOf(state, old))
    record.revoked ??= { at, reason: 'superseded' };
}

/** @param since null: thaws */
export function freeze(state: SandboxState, certificate: CertificateRecord, since: number | null): void {
  for (const record of pairOf(state, certificate))
    record.frozenSince = since === null ? null : (record.frozenSince ?? since);
}
