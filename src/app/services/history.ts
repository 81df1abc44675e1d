// 清理历史证书: what could go from a key, what would be lost with it, and letting it go. Never what is in use.

import type { ContainerLoss } from '../../contract/views/token-views.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { done, err, type Result } from '../../core/errors/result.ts';
import { certificateUse } from '../../core/certificate/certificate.ts';
import type { PinOptions } from '../../core/token/provider.ts';
import type { ClassifiedContainer } from '../../core/token/current.ts';
import type { TokenLock, TokenLockError } from '../adapters/token-lock.ts';
import type { UnfinishedRenewal } from './renewal/unfinished.ts';
import type { FoundToken } from './tokens.ts';

export interface HistoryDeps {
  lock(token: string): Promise<Result<TokenLock, TokenLockError>>;
  unfinished(): Promise<Result<readonly UnfinishedRenewal[], AppError>>;
}

export interface HistoryService {
  /** Of every container, in their order. */
  losses(found: FoundToken): readonly ContainerLoss[];
  /** What of it may go. */
  removable(found: FoundToken): readonly ContainerLoss[];
  /** Whether these may go, before a PIN is asked for. */
  check(
    found: FoundToken,
    containers: readonly string[],
    options: Pick<RemoveOptions, 'acceptLoss'>,
  ): Promise<Result<void, AppError>>;
  /** Checks again, then deletes one after another. Takes the PIN over and zeroes it. */
  remove(
    found: FoundToken,
    containers: readonly string[],
    pin: Uint8Array,
    options: RemoveOptions,
  ): Promise<Result<void, AppError>>;
}

export interface RemoveOptions extends PinOptions {
  /** The person agreed to lose what nothing on the token replaces. */
  readonly acceptLoss: boolean;
  /** Asked before each container. */
  isStopRequested?(): boolean;
}

export function createHistoryService({ lock, unfinished }: HistoryDeps): HistoryService {
  const service: HistoryService = {
    losses: (found) => found.containers.map((container) => lossOf(container, found)),

    removable: (found) => service.losses(found).filter(isRemovable),

    async check(found, containers, { acceptLoss }) {
      const losses = service.losses(found);
      for (const container of containers) {
        const loss = losses.find((candidate) => candidate.container === container);
        if (loss === undefined) return err({ code: 'container.notFound', container });
        if (!isRemovable(loss)) return err({ code: 'container.inUse', container });
        if (loss.isLast && !acceptLoss) return err({ code: 'renewal.consentNeeded', consent: 'lastKey' });
      }
      // Until a renewal is done, the old key may still be the one that works.
      const open = await unfinished();
      if (!open.ok) return open;
      const blocking = open.value.find(({ blocks, token }) => blocks && token === found.token.id);
      return blocking === undefined
        ? done
        : err({ code: 'renewal.unfinished', renewalId: blocking.renewalId });
    },

    async remove(found, containers, pin, options) {
      try {
        const allowed = await service.check(found, containers, options);
        return allowed.ok ? await removeLocked(found, containers, pin, options) : allowed;
      } finally {
        pin.fill(0);
      }
    },
  };
  return service;

  async function removeLocked(
    { source: { provider }, token }: FoundToken,
    containers: readonly string[],
    pin: Uint8Array,
    options: RemoveOptions,
  ): Promise<Result<void, AppError>> {
    const held = await lock(token.id);
    if (!held.ok) return held;
    try {
      const login = await provider.login(token.id, pin, { acceptLastTry: options.acceptLastTry });
      if (!login.ok) return login;
      for (const container of containers) {
        if (options.isStopRequested?.() === true) break;
        const deleted = await provider.deleteContainer(token.id, container);
        if (!deleted.ok) return deleted;
      }
      return done;
    } finally {
      await provider.logout(token.id);
      await held.value.release();
    }
  }
}

/** History, and keys that wait for a certificate. */
export function isRemovable({ state, certificates }: ContainerLoss): boolean {
  return state === 'history' || (state === 'pending' && certificates.length === 0);
}

function lossOf(
  { id, state, certificates, unparsable }: ClassifiedContainer,
  { view }: FoundToken,
): ContainerLoss {
  const shown = view.certificates.filter(({ container }) => container === id);
  const keys = certificates.filter(({ hasPrivateKey }) => hasPrivateKey !== false);
  const isKeyOnly = certificates.length === 0;
  return {
    container: id,
    state,
    certificates: shown.map(({ serial, commonName, subject, notAfter }) => ({
      serial,
      name: commonName ?? subject,
      notAfter,
    })),
    opensFiles: isKeyOnly || keys.some(({ certificate }) => certificateUse(certificate) !== 'signing'),
    isLast: (isKeyOnly && state === 'pending') || unparsable.length > 0,
  };
}
