// The PIN of a token: checking, changing, unblocking. One try per call, never by itself, and only while no
// other process works with the token.

import type { Result } from '../../core/errors/result.ts';
import type { PinError, PinOptions, ReadError } from '../../core/token/provider.ts';
import type { TokenLock, TokenLockError } from '../adapters/token-lock.ts';
import type { FoundToken } from './tokens.ts';

export type PinServiceError = PinError | ReadError | TokenLockError;

/** PINs are UTF-8; every call takes them over and zeroes them. */
export interface PinService {
  verify(found: FoundToken, pin: Uint8Array, options: PinOptions): Promise<Result<void, PinServiceError>>;
  change(
    found: FoundToken,
    oldPin: Uint8Array,
    newPin: Uint8Array,
    options: PinOptions,
  ): Promise<Result<void, PinServiceError>>;
  unblock(
    found: FoundToken,
    adminPin: Uint8Array,
    newPin: Uint8Array,
    options: PinOptions,
  ): Promise<Result<void, PinServiceError>>;
}

export interface PinServiceDeps {
  lock(token: string): Promise<Result<TokenLock, TokenLockError>>;
}

export function createPinService({ lock }: PinServiceDeps): PinService {
  async function locked(
    found: FoundToken,
    secrets: readonly Uint8Array[],
    work: () => Promise<Result<void, PinError | ReadError>>,
  ): Promise<Result<void, PinServiceError>> {
    const held = await lock(found.token.id);
    if (!held.ok) {
      for (const secret of secrets) secret.fill(0);
      return held;
    }
    try {
      return await work();
    } finally {
      await held.value.release();
    }
  }

  return {
    verify(found, pin, options) {
      const { source, token } = found;
      return locked(found, [pin], async () => {
        const verified = await source.provider.login(token.id, pin, options);
        if (verified.ok) await source.provider.logout(token.id);
        return verified;
      });
    },
    change(found, oldPin, newPin, options) {
      const { source, token } = found;
      return locked(found, [oldPin, newPin], () =>
        source.provider.changePin(token.id, oldPin, newPin, options),
      );
    },
    unblock(found, adminPin, newPin, options) {
      const { source, token } = found;
      return locked(found, [adminPin, newPin], () =>
        source.provider.unblockPin(token.id, adminPin, newPin, options),
      );
    },
  };
}
