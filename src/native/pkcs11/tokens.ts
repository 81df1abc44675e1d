// Which tokens there are and the one session per token. Tokens are found again by identity on every call,
// because slot ids change; a stale session is reopened, which loses its login: the PIN is asked for again.

import { createHash } from 'node:crypto';
import type { TokenInfo } from 'pkcs11js';
import { identifyTokens, isMarkedId, markedId, type TokenFace } from '../../core/token/identity.ts';
import type { TokenId } from '../../core/token/token.ts';
import { CKR, CkrFailure, Refusal, unlessRefused } from './ckr.ts';
import { CKF, CKS } from './constants.ts';
import type { Cryptoki, Handle } from './cryptoki.ts';
import { tokenMark } from './token-mark.ts';

export interface SeenToken {
  readonly id: TokenId;
  readonly serialClash: boolean;
  readonly face: TokenFace;
  readonly slot: Handle;
  readonly info: TokenInfo;
}

export interface OpenToken extends SeenToken {
  readonly session: Handle;
  readonly isLoggedIn: boolean;
  /** Private keys work without a PIN. */
  readonly needsNoLogin: boolean;
}

export interface Tokens {
  /** Looks for new tokens too, unless that would end somebody's login. */
  list(): readonly SeenToken[];
  /** Refuses with `token.removed` where it was seen before, else with `token.notFound`. */
  open(id: TokenId): OpenToken;
  isPresent(id: TokenId): boolean;
  /** The next call opens a new session. Never fails. */
  forget(id: TokenId): void;
  /** Clears the verified state and ends the session; a missing token or session is no failure. */
  logout(id: TokenId): void;
  close(): void;
}

interface Held {
  readonly token: SeenToken;
  readonly session: Handle;
}

export function createTokens(cryptoki: Cryptoki): Tokens {
  const held = new Map<TokenId, Held>();
  /** Every token ever seen, as it was seen last. */
  const seenLast = new Map<TokenId, SeenToken>();
  let isInitialised = false;

  function initialise(): void {
    if (isInitialised) return;
    cryptoki.initialize();
    isInitialised = true;
  }

  /** Many modules show tokens that came later only after a fresh start (PKCS#11 v2.40 §5.4 C_Initialize). */
  function startAfresh(): void {
    if (!isInitialised) {
      initialise();
      return;
    }
    if ([...held.values()].some(({ session }) => isUserState(stateOf(session)))) return;
    for (const id of [...held.keys()]) forget(id);
    cryptoki.finalize();
    isInitialised = false;
    initialise();
  }

  function scan(): readonly SeenToken[] {
    const shown: { slot: Handle; info: TokenInfo; face: TokenFace }[] = [];
    for (const slot of cryptoki.slotsWithToken()) {
      const info = infoOf(slot);
      if (info === null || (info.flags & CKF.tokenInitialized) === 0) continue;
      shown.push({ slot, info, face: faceOf(info) });
    }
    const identities = identifyTokens(
      shown.map(({ face }) => face),
      (index) => markOf(shown[index]),
    );
    return shown.map((token, index) => {
      const identity = identities[index] ?? { id: '', serialClash: true };
      const seen = { ...identity, ...token };
      seenLast.set(seen.id, seen);
      return seen;
    });
  }

  /** null: the slot lost its token, or the driver cannot say; then it is as good as gone. */
  function infoOf(slot: Handle): TokenInfo | null {
    try {
      return cryptoki.tokenInfo(slot);
    } catch (thrown) {
      if (thrown instanceof CkrFailure) return null;
      throw thrown;
    }
  }

  function markOf(token: { slot: Handle; face: TokenFace } | undefined): string {
    const { label, manufacturer, model } = token?.face ?? { label: '', manufacturer: '', model: '' };
    const onToken = token === undefined ? null : readMark(token.slot);
    return onToken ?? createHash('sha256').update([label, manufacturer, model].join('\0')).digest('hex');
  }

  function readMark(slot: Handle): string | null {
    try {
      const session = cryptoki.openSession(slot, 'readOnly');
      try {
        return tokenMark(cryptoki, session);
      } finally {
        cryptoki.closeSession(session);
      }
    } catch (thrown) {
      if (thrown instanceof CkrFailure) return null;
      throw thrown;
    }
  }

  function find(id: TokenId): SeenToken | null {
    const seen = scan();
    const exact = seen.find((token) => token.id === id);
    if (exact !== undefined || !isMarkedId(id)) return exact ?? null;
    // The id was given while another token shared the serial; that one may be unplugged now.
    return seen.find((token) => markedId(token.face.serial, markOf(token)) === id) ?? null;
  }

  function stateOf(session: Handle): number | null {
    try {
      return cryptoki.sessionState(session);
    } catch (thrown) {
      if (thrown instanceof CkrFailure) return null;
      throw thrown;
    }
  }

  function forget(id: TokenId): void {
    const old = held.get(id);
    held.delete(id);
    if (old === undefined) return;
    try {
      cryptoki.closeSession(old.session);
    } catch (thrown) {
      if (!(thrown instanceof CkrFailure)) throw thrown;
    }
  }

  function reopen(id: TokenId): OpenToken | null {
    const old = held.get(id);
    if (old === undefined) return null;
    const info = infoOf(old.token.slot);
    const state = stateOf(old.session);
    if (info !== null && state !== null && isSameFace(faceOf(info), old.token.face)) {
      return opened({ ...old.token, info }, old.session, state);
    }
    forget(id);
    return null;
  }

  function open(id: TokenId): OpenToken {
    const again = reopen(id);
    if (again !== null) return again;
    const wasSeen = seenLast.has(id);
    const token = stillThere(seenLast.get(id)) ?? look(id, wasSeen);
    if (token === null)
      throw new Refusal(wasSeen ? { code: 'token.removed' } : { code: 'token.notFound', wanted: id });
    seenLast.set(id, token);
    const session = openBestSession(token);
    held.set(id, { token, session });
    return opened(token, session, stateOf(session) ?? CKS.roPublic);
  }

  /** Spares looking at every other token where the slot still shows this one. */
  function stillThere(token: SeenToken | undefined): SeenToken | null {
    if (token === undefined || token.serialClash) return null;
    const info = infoOf(token.slot);
    const isThere = info !== null && isSameFace(faceOf(info), token.face);
    return isThere ? { ...token, info } : null;
  }

  function look(id: TokenId, wasSeen: boolean): SeenToken | null {
    try {
      initialise();
      const token = find(id);
      if (token !== null) return token;
      startAfresh();
      return find(id);
    } catch (thrown) {
      // SoftHSM2 cannot even start while its folder is away.
      if (thrown instanceof CkrFailure && wasSeen) return null;
      throw thrown;
    }
  }

  /** A token that may only be read still gets a session. */
  function openBestSession({ slot, info }: SeenToken): Handle {
    const refusals = [CKR.tokenWriteProtected, CKR.sessionReadOnly];
    const session =
      (info.flags & CKF.writeProtected) === 0
        ? unlessRefused(refusals, () => cryptoki.openSession(slot, 'readWrite'))
        : null;
    return session ?? cryptoki.openSession(slot, 'readOnly');
  }

  return {
    list() {
      startAfresh();
      return scan();
    },
    open,
    forget,
    isPresent(id) {
      try {
        return find(id) !== null;
      } catch (thrown) {
        if (thrown instanceof CkrFailure) return false;
        throw thrown;
      }
    },
    logout(id) {
      const old = held.get(id);
      if (old === undefined) return;
      try {
        cryptoki.logout(old.session);
      } catch (thrown) {
        if (!(thrown instanceof CkrFailure)) throw thrown;
      }
      forget(id);
    },
    close() {
      if (!isInitialised) return;
      held.clear();
      isInitialised = false;
      cryptoki.finalize();
    },
  };
}

export function isUserState(state: number | null): boolean {
  return state === CKS.rwUser || state === CKS.roUser;
}

function opened(token: SeenToken, session: Handle, state: number): OpenToken {
  const needsNoLogin = (token.info.flags & CKF.loginRequired) === 0;
  return { ...token, session, isLoggedIn: isUserState(state), needsNoLogin };
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
