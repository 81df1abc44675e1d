// What a rule of the rehearsal CA may use besides the state, and how it says no.

import type { SignatureVerifier } from '../core/certificate/signature-verifier.ts';
import { err } from '../core/errors/result.ts';
import type { OrderNotice, Refusal } from '../contract/gateway.ts';
import type { Random } from './authorities.ts';
import type { AuthorityBook } from './authority-book.ts';

/** One request's view of the CA. Time stands still while it is answered. */
export interface Ca {
  /** Milliseconds since 1970 UTC, the CA's own clock. */
  readonly now: number;
  readonly random: Random;
  readonly verifier: SignatureVerifier;
  readonly authorities: AuthorityBook;
  /** Where the CA is served, without a final slash; null: nowhere yet. */
  readonly origin: string | null;
  /** Origin the request came to: what a login statement must name. */
  readonly requestOrigin: string;
}

export interface Refused {
  readonly reason: Refusal;
  /** Chinese, for the person. */
  readonly text: string;
  /** The order it is about. */
  readonly order?: OrderNotice;
}

export function refuse(reason: Refusal, text: string, order?: OrderNotice) {
  return err<Refused>({ reason, text, ...(order === undefined ? {} : { order }) });
}
