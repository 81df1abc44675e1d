// 冻结, 解冻 and 撤销 at a CA with a gateway: the holder's key asks for it, after the PIN. Nothing on the key changes.

import { createHash } from 'node:crypto';
import type { GatewayAnswer, GatewayBody } from '../../contract/gateway.ts';
import type { Certificate } from '../../core/certificate/certificate.ts';
import type { RevocationState } from '../../core/environment/probe.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, type Result } from '../../core/errors/result.ts';
import type { PinOptions } from '../../core/token/provider.ts';
import type { GatewayClient } from '../adapters/gateway-client.ts';
import type { RevocationCache } from '../adapters/revocation-cache.ts';
import type { TokenLock, TokenLockError } from '../adapters/token-lock.ts';
import { logInToGateway } from './gateway-login.ts';
import { hashFor } from './key-test.ts';
import type { UnfinishedRenewal } from './renewal/unfinished.ts';
import type { FoundToken } from './tokens.ts';

export type StatusChange =
  | { readonly kind: 'freeze' | 'unfreeze' }
  | { readonly kind: 'revoke'; readonly reason: GatewayBody<'revoke'>['reason'] };

export interface StatusRequest extends PinOptions {
  /** SHA-256 of a signing certificate. */
  readonly certificate: string;
  readonly change: StatusChange;
  readonly gateway: string;
  /** The holder's name as the person typed it. */
  readonly typed: string;
}

export interface StatusDeps {
  lock(token: string): Promise<Result<TokenLock, TokenLockError>>;
  unfinished(): Promise<Result<readonly UnfinishedRenewal[], AppError>>;
  openGateway(url: string): Result<GatewayClient, AppError>;
  readonly random: (bytes: number) => Uint8Array;
  readonly cache: Pick<RevocationCache, 'remember'>;
  readonly clock: { now(): number };
}

export type StatusAnswer = GatewayAnswer<'readStatus'>;

export interface StatusService {
  /**
   * What the CA says afterwards; it is remembered for the certificate and for those that go with it. Takes the PIN
   * over and zeroes it. `request.invalid`: another name was typed.
   */
  change(found: FoundToken, pin: Uint8Array, request: StatusRequest): Promise<Result<StatusAnswer, AppError>>;
}

export function createStatusService(deps: StatusDeps): StatusService {
  return {
    async change(found, pin, request) {
      try {
        const chosen = choose(found, request);
        if (!chosen.ok) return chosen;
        const open = await deps.unfinished();
        if (!open.ok) return open;
        const same = open.value.find(
          ({ blocks, certificate }) => blocks && certificate === request.certificate,
        );
        if (same !== undefined) return err({ code: 'renewal.unfinished', renewalId: same.renewalId });
        const lock = await deps.lock(found.token.id);
        if (!lock.ok) return lock;
        try {
          const asked = await ask(deps, found, chosen.value, pin, request);
          if (asked.ok) await remember(deps, chosen.value, asked.value);
          return asked;
        } finally {
          await found.source.provider.logout(found.token.id);
          await lock.value.release();
        }
      } finally {
        pin.fill(0);
      }
    },
  };
}

interface Chosen {
  readonly container: string;
  readonly certificate: Certificate;
  /** All that the CA treats as one. */
  readonly together: readonly string[];
}

function choose(
  { containers }: FoundToken,
  { certificate: sha256, typed }: StatusRequest,
): Result<Chosen, AppError> {
  for (const { id, certificates } of containers) {
    const entry = certificates.find(
      ({ certificate, use }) => certificate.sha256 === sha256 && use !== 'encryption',
    );
    if (entry === undefined) continue;
    if (typed.trim() !== holderName(entry.certificate)) {
      return err({ code: 'request.invalid', reason: 'certificate.changeStatus typed' });
    }
    const together = certificates
      .filter(({ state }) => state === entry.state)
      .map((one) => one.certificate.sha256);
    return { ok: true, value: { container: id, certificate: entry.certificate, together } };
  }
  return err({ code: 'certificate.notFound', wanted: sha256 });
}

function holderName({ subject }: Certificate): string {
  return subject.commonName ?? subject.display;
}

async function ask(
  { openGateway, random }: StatusDeps,
  { source: { provider }, token }: FoundToken,
  { container, certificate }: Chosen,
  pin: Uint8Array,
  { gateway: url, change, acceptLastTry }: StatusRequest,
): Promise<Result<StatusAnswer, AppError>> {
  const { algorithm } = certificate;
  if (algorithm === null) return err({ code: 'key.unsupported', algorithm: certificate.signatureOid });
  const gateway = openGateway(url);
  if (!gateway.ok) return gateway;
  const login = await provider.login(token.id, pin, { acceptLastTry });
  if (!login.ok) return login;
  const session = await logInToGateway(gateway.value, {
    ...{ purpose: 'status', algorithm, publicKey: null },
    certificate: Buffer.from(certificate.der).toString('base64'),
    sign: (message) => provider.sign(token.id, container, hashFor(algorithm), message),
  });
  if (!session.ok) return session;
  const issuer = createHash('sha256').update(certificate.issuer.der).digest('hex');
  const named = { issuer, serial: certificate.serial };
  const idempotencyKey = Buffer.from(random(16)).toString('hex');
  return change.kind === 'revoke'
    ? gateway.value.call('revoke', {
        body: { certificate: named, reason: change.reason },
        idempotencyKey,
      })
    : gateway.value.call(change.kind, { body: { certificate: named }, idempotencyKey });
}

/** Shown in lists from now on, and asked for again at the next check. */
async function remember(
  { cache, clock }: StatusDeps,
  { together }: Chosen,
  { status, since }: StatusAnswer,
): Promise<void> {
  if (status === 'unknown') return;
  const at = since === null ? null : Date.parse(since);
  const state: RevocationState = { state: status, at, reason: null, source: 'gateway' };
  for (const sha256 of together) await cache.remember(sha256, state, clock.now());
}
