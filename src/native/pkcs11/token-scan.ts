// Which tokens a module shows now, and who they are. Opens sessions only to tell tokens apart whose serial
// does not; slot ids change and are believed only as long as the slot still shows the same token.

import { createHash } from 'node:crypto';
import type { TokenInfo } from 'pkcs11js';
import { identifyTokens, isMarkedId, markedId, type TokenFace } from '../../core/token/identity.ts';
import type { TokenId } from '../../core/token/token.ts';
import { CkrFailure } from './ckr.ts';
import { CKF } from './constants.ts';
import type { Cryptoki, Handle } from './cryptoki.ts';
import { tokenMark } from './token-mark.ts';

export interface SeenToken {
  readonly id: TokenId;
  readonly serialClash: boolean;
  readonly face: TokenFace;
  readonly slot: Handle;
  readonly info: TokenInfo;
}

export interface TokenScan {
  /** Every initialised token. A slot whose token cannot say who it is counts as empty. */
  all(): readonly SeenToken[];
  /** Also by an identity it had while another token shared its serial. */
  find(id: TokenId): SeenToken | null;
  /** The same token, seen anew in the same slot; null where the slot shows something else. */
  again(token: SeenToken): SeenToken | null;
}

export function createTokenScan(cryptoki: Cryptoki): TokenScan {
  function all(): readonly SeenToken[] {
    const shown: Omit<SeenToken, 'id' | 'serialClash'>[] = [];
    for (const slot of cryptoki.slotsWithToken()) {
      const info = infoOf(slot);
      if (info === null || (info.flags & CKF.tokenInitialized) === 0) continue;
      shown.push({ slot, info, face: faceOf(info) });
    }
    const markAt = (index: number): string => {
      const token = shown[index];
      return token === undefined ? '' : markOf(token);
    };
    const identities = identifyTokens(
      shown.map(({ face }) => face),
      markAt,
    );
    return identities.flatMap((identity, index) => {
      const token = shown[index];
      return token === undefined ? [] : [{ ...identity, ...token }];
    });
  }

  function infoOf(slot: Handle): TokenInfo | null {
    return orNull(() => cryptoki.tokenInfo(slot));
  }

  function markOf({ slot, face }: Pick<SeenToken, 'slot' | 'face'>): string {
    const { label, manufacturer, model } = face;
    return (
      readMark(slot) ?? createHash('sha256').update([label, manufacturer, model].join('\0')).digest('hex')
    );
  }

  function readMark(slot: Handle): string | null {
    return orNull(() => {
      const session = cryptoki.openSession(slot, 'readOnly');
      try {
        return tokenMark(cryptoki, session);
      } finally {
        cryptoki.closeSession(session);
      }
    });
  }

  return {
    all,
    find(id) {
      const seen = all();
      const exact = seen.find((token) => token.id === id);
      if (exact !== undefined || !isMarkedId(id)) return exact ?? null;
      return seen.find((token) => markedId(token.face.serial, markOf(token)) === id) ?? null;
    },
    again(token) {
      const info = infoOf(token.slot);
      const isSame = info !== null && isSameFace(faceOf(info), token.face);
      return isSame ? { ...token, info } : null;
    },
  };
}

/** null: the driver answered with a failure. */
export function orNull<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch (thrown) {
    if (thrown instanceof CkrFailure) return null;
    throw thrown;
  }
}

function faceOf(info: TokenInfo): TokenFace {
  return {
    label: trimPadding(info.label),
    serial: trimPadding(info.serialNumber),
    manufacturer: trimPadding(info.manufacturerID),
    model: trimPadding(info.model),
  };
}

function trimPadding(text: string): string {
  return text.replace(/[\0 ]+$/, '').trimStart();
}

function isSameFace(left: TokenFace, right: TokenFace): boolean {
  return left.serial === right.serial && left.label === right.label && left.model === right.model;
}
