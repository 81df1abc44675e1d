// What a renewal or a first issue begins with: the facts the journal's first record holds.

import { spkiFingerprint } from '../../../core/certificate/spki.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { OldCertificate, RenewalMode, RenewalRequest } from '../../../core/renewal/state.ts';
import type { KeyContainer } from '../../../core/token/token.ts';
import { chooseCertificate, type ChosenCertificate } from './choose-certificate.ts';
import type { TokenHandle } from './context.ts';
import { certificateOfUse } from './facts.ts';
import type { RenewalServiceDeps } from './deps.ts';
import { unfinishedRenewals } from './unfinished.ts';

export interface StartInput {
  /** Token id, or what `findToken` accepts for one. */
  readonly token: string;
  /** SHA-256 or its beginning, or serial number; null: the only current one. */
  readonly certificate: string | null;
  readonly gateway: string;
  /** Trust anchors, DER. */
  readonly roots: readonly Uint8Array[];
  /** null: the preflight decides. */
  readonly mode: RenewalMode | null;
}

export interface EnrolInput {
  readonly token: string;
  readonly gateway: string;
  /** 业务受理号 */
  readonly reference: string;
  /** Trust anchors, DER. */
  readonly roots: readonly Uint8Array[];
  /** Id of a profile; null: none is known before the first certificate. */
  readonly profile: string | null;
}

export async function requestRenewal(
  deps: RenewalServiceDeps,
  input: StartInput,
  { provider, token }: TokenHandle,
): Promise<Result<RenewalRequest, AppError>> {
  const gateway = deps.openGateway(input.gateway);
  if (!gateway.ok) return gateway;
  const containers = await provider.listContainers(token.id);
  if (!containers.ok) return containers;
  // Which certificate is current is a question of time, and this computer's clock may be wrong.
  const info = await gateway.value.call('readInfo', {});
  if (!info.ok) return info;
  const now = Date.parse(info.value.serverTime);
  const chosen = chooseCertificate(containers.value, input.certificate, now, {
    isSuccessor: deps.profiles.isSuccessor,
    readCertificate: deps.readCertificate,
  });
  if (!chosen.ok) return chosen;
  const old = oldCertificate(deps, chosen.value, containers.value);
  const open = await unfinishedRenewals(deps.journals);
  if (!open.ok) return open;
  const same = open.value.find(({ certificate, blocks }) => blocks && certificate === old.sha256);
  if (same !== undefined) return err({ code: 'renewal.unfinished', renewalId: same.renewalId });
  return ok({
    renewalId: newId(deps),
    token: token.id,
    gateway: input.gateway,
    profile: deps.profiles.find(chosen.value.certificate).id,
    anchors: encodeAll(input.roots),
    old,
    reference: null,
    mode: input.mode,
  });
}

/** A reference number that has begun is resumed, not begun again: its key is on the token already. */
export async function requestEnrolment(
  deps: RenewalServiceDeps,
  input: EnrolInput,
  { token }: TokenHandle,
): Promise<Result<RenewalRequest, AppError>> {
  const gateway = deps.openGateway(input.gateway);
  if (!gateway.ok) return gateway;
  const open = await unfinishedRenewals(deps.journals);
  if (!open.ok) return open;
  const same = open.value.find(({ reference, blocks }) => blocks && reference === input.reference);
  if (same !== undefined) return err({ code: 'renewal.unfinished', renewalId: same.renewalId });
  return ok({
    renewalId: newId(deps),
    token: token.id,
    gateway: input.gateway,
    profile: input.profile ?? 'neutral',
    anchors: encodeAll(input.roots),
    old: null,
    reference: input.reference,
    mode: 'new',
  });
}

function oldCertificate(
  deps: RenewalServiceDeps,
  { container: id, certificate }: ChosenCertificate,
  containers: readonly KeyContainer[],
): OldCertificate {
  const container = containers.find((candidate) => candidate.id === id);
  const encryption =
    container === undefined ? undefined : certificateOfUse(container, 'encryption', deps.readCertificate);
  return {
    container: id,
    certificate: encode(certificate.der),
    encryptionCertificate: encryption === undefined ? null : encode(encryption.der),
    sha256: certificate.sha256,
    serial: certificate.serial,
    issuer: deps.sha256Hex(certificate.issuer.der),
    key: spkiFingerprint(certificate.spki),
    algorithm: certificate.algorithm,
    notAfter: certificate.notAfter,
  };
}

function newId(deps: RenewalServiceDeps): string {
  return Buffer.from(deps.random(8)).toString('hex');
}

function encode(der: Uint8Array): string {
  return Buffer.from(der).toString('base64');
}

function encodeAll(certificates: readonly Uint8Array[]): readonly string[] {
  return certificates.map(encode);
}
