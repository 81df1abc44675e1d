// The one session per token. Tokens are found again by identity on every call; a stale session is reopened,
// which loses its login: the PIN is asked for again.

import type { TokenId } from '../../core/token/token.ts';
import { Refusal } from '../driver-failures.ts';
import { CKR, CkrFailure, unlessRefused } from './ckr.ts';
import { CKF, CKS } from './constants.ts';
import type { Cryptoki, Handle } from './cryptoki.ts';
import { createTokenScan, orNull, type SeenToken } from './token-scan.ts';

export interface OpenToken extends SeenToken {
  readonly session: Handle;
  readonly isLoggedIn: boolean;
  /** Private keys work without a PIN. */
  readonly needsNoLogin: boolean;
}

export interface Tokens {
  /** Looks for new tokens too, unless that would end somebody's login. */
  list(): readonly SeenToken[];
  /** The slots with a token in them. Tokens that say nothing of themselves are not asked. */
  glance(): string;
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

/** Modules that show a token which came later only after a fresh start; their start is cheap. */
const FREEZES_SLOTS: readonly string[] = ['SoftHSM'];

export function createTokens(cryptoki: Cryptoki): Tokens {
  const scan = createTokenScan(cryptoki);
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
    if (isInitialised) {
      if ([...held.values()].some(({ session }) => isUserState(stateOf(session)))) return;
      for (const id of [...held.keys()]) forget(id);
      cryptoki.finalize();
      isInitialised = false;
    }
    initialise();
  }

  function stateOf(session: Handle): number | null {
    return orNull(() => cryptoki.sessionState(session));
  }

  function forget(id: TokenId): void {
    const old = held.get(id);
    held.delete(id);
    if (old !== undefined) orNull(() => cryptoki.closeSession(old.session));
  }

  function reopen(id: TokenId): OpenToken | null {
    const old = held.get(id);
    if (old === undefined) return null;
    const token = scan.again(old.token);
    const state = stateOf(old.session);
    if (token !== null && state !== null) return opened(token, old.session, state);
    forget(id);
    return null;
  }

  /** Spares looking at every other token where the slot still shows this one. */
  function stillThere(token: SeenToken | undefined): SeenToken | null {
    return token === undefined || token.serialClash ? null : scan.again(token);
  }

  function look(id: TokenId, wasSeen: boolean): SeenToken | null {
    try {
      initialise();
      const token = scan.find(id);
      if (token !== null) return token;
      startAfresh();
      return scan.find(id);
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
    forget,
    list() {
      startAfresh();
      const seen = scan.all();
      for (const token of seen) seenLast.set(token.id, token);
      return seen;
    },
    glance() {
      initialise();
      if (FREEZES_SLOTS.includes(cryptoki.manufacturer())) startAfresh();
      return cryptoki
        .slotsWithToken()
        .map((slot) => slot.toString('hex'))
        .join(' ');
    },
    open(id) {
      const again = reopen(id);
      if (again !== null) return again;
      const wasSeen = seenLast.has(id);
      const token = stillThere(seenLast.get(id)) ?? look(id, wasSeen);
      if (token === null) {
        throw new Refusal(wasSeen ? { code: 'token.removed' } : { code: 'token.notFound', wanted: id });
      }
      seenLast.set(id, token);
      const session = openBestSession(token);
      held.set(id, { token, session });
      return opened(token, session, stateOf(session) ?? CKS.roPublic);
    },
    isPresent: (id) => orNull(() => scan.find(id)) !== null,
    logout(id) {
      const old = held.get(id);
      if (old === undefined) return;
      orNull(() => cryptoki.logout(old.session));
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

function isUserState(state: number | null): boolean {
  return state === CKS.rwUser || state === CKS.roUser;
}

function opened(token: SeenToken, session: Handle, state: number): OpenToken {
  const needsNoLogin = (token.info.flags & CKF.loginRequired) === 0;
  return { ...token, session, isLoggedIn: isUserState(state), needsNoLogin };
}
