// One look at the tokens of each driver, and the looks of all joined to one list. A driver that fails is a problem
// in the list; the others stay usable. A key that two drivers show is listed once, under one of them: two that
// write to it would undo each other's work.

import { spkiFingerprint } from '../../core/certificate/spki.ts';
import type { AppError } from '../../core/errors/codes.ts';
import {
  classifyContainers,
  type ClassificationRules,
  type ClassifiedContainer,
} from '../../core/token/current.ts';
import { normaliseSerial } from '../../core/token/identity.ts';
import type { TokenProvider } from '../../core/token/provider.ts';
import type { KeyContainer, Token } from '../../core/token/token.ts';
import { certificateIdLength, viewToken, type TokenView } from './token-view.ts';

export interface TokenSource {
  /** `pkcs11`, `skf`, `software`. */
  readonly kind: string;
  /** Path of the driver or key file. */
  readonly module: string;
  /** The person named it, so that its absence is a problem to report. */
  readonly isExplicit: boolean;
  readonly provider: TokenProvider;
}

export interface TokenProblem {
  readonly module: string;
  readonly isExplicit: boolean;
  readonly error: AppError;
}

export interface FoundToken {
  readonly source: TokenSource;
  readonly token: Token;
  readonly containers: readonly ClassifiedContainer[];
  readonly view: TokenView;
}

export interface TokenList {
  readonly tokens: readonly FoundToken[];
  readonly problems: readonly TokenProblem[];
}

interface SeenToken extends Omit<FoundToken, 'view'> {
  /** SHA-256 of every public key on it, hex. */
  readonly publicKeys: ReadonlySet<string>;
  readonly holdsSm2: boolean;
}

/** What one driver showed. */
export interface TokenLook {
  readonly tokens: readonly SeenToken[];
  readonly problems: readonly TokenProblem[];
}

/** Reads every token of the driver; asks for no PIN. */
export async function lookAt(
  source: TokenSource,
  now: number,
  rules: ClassificationRules,
): Promise<TokenLook> {
  const { module, isExplicit, provider } = source;
  const problemOf = (error: AppError): TokenProblem => ({ module, isExplicit, error });
  const listed = await provider.listTokens();
  if (!listed.ok) return { tokens: [], problems: [problemOf(listed.error)] };
  const tokens: SeenToken[] = [];
  const problems: TokenProblem[] = [];
  for (const token of listed.value) {
    const read = await provider.listContainers(token.id);
    if (!read.ok) problems.push(problemOf(read.error));
    const containers = read.ok ? classifyContainers(read.value, now, rules) : [];
    for (const reason of containers.flatMap(({ unparsable }) => unparsable)) {
      problems.push(problemOf({ code: 'certificate.unparsable', reason }));
    }
    const raw = read.ok ? read.value : [];
    tokens.push({
      source,
      token,
      containers,
      publicKeys: publicKeysOf(raw, containers),
      holdsSm2: raw.some(({ keys }) => keys.some(({ algorithm }) => algorithm === 'SM2')),
    });
  }
  return { tokens, problems };
}

/** @param looks in the order of preference for a key that several drivers show */
export function joinLooks(looks: readonly TokenLook[], now: number): TokenList {
  const seen = withoutRepeated(looks.flatMap(({ tokens }) => tokens));
  const hashes = seen.flatMap(({ containers }) =>
    containers.flatMap(({ certificates }) => certificates.map(({ certificate }) => certificate.sha256)),
  );
  const idLength = certificateIdLength(hashes);
  return {
    tokens: seen.map((token) => ({
      ...token,
      view: viewToken({ ...token, ...token.source }, now, idLength),
    })),
    problems: looks.flatMap(({ problems }) => problems),
  };
}

/** Of a key that several drivers show, the first that can work with what is on it. */
function withoutRepeated(tokens: readonly SeenToken[]): readonly SeenToken[] {
  const keys: SeenToken[][] = [];
  for (const token of tokens) {
    const known = keys.find((shown) => shown.some((other) => isSameToken(other, token)));
    if (known === undefined) keys.push([token]);
    else known.push(token);
  }
  return keys.flatMap((shown) => shown.find(canUseItsKeys) ?? shown.slice(0, 1));
}

function canUseItsKeys({ token, holdsSm2 }: SeenToken): boolean {
  return !holdsSm2 || token.sm2 === 'full';
}

function publicKeysOf(
  raw: readonly KeyContainer[],
  containers: readonly ClassifiedContainer[],
): ReadonlySet<string> {
  const keys = raw.flatMap((container) => container.keys.flatMap(({ publicKey }) => publicKey ?? []));
  const certified = containers.flatMap((container) =>
    container.certificates.map(({ certificate }) => certificate.spki),
  );
  return new Set([...keys, ...certified].map(spkiFingerprint));
}

/** Two drivers, one device: the same serial, and a key in common or nothing on either. */
function isSameToken(a: SeenToken, b: SeenToken): boolean {
  if (a.source === b.source) return false;
  const serial = normaliseSerial(a.token.serial);
  if (serial === '' || serial !== normaliseSerial(b.token.serial)) return false;
  const areBothEmpty = a.publicKeys.size === 0 && b.publicKeys.size === 0;
  return areBothEmpty || [...a.publicKeys].some((key) => b.publicKeys.has(key));
}
