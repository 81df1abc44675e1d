// Every token over every driver, and finding one of them.

import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { ClassificationRules, ClassifiedCertificate } from '../../core/token/current.ts';
import { normaliseSerial } from '../../core/token/identity.ts';
import type { ContainerId } from '../../core/token/token.ts';
import type { Clock } from '../adapters/log.ts';
import { joinLooks, lookAt, type FoundToken, type TokenList, type TokenSource } from './token-look.ts';
import type { CertificateView } from './token-view.ts';

export type { FoundToken, TokenList, TokenProblem, TokenSource } from './token-look.ts';

export interface FoundCertificate {
  readonly found: FoundToken;
  readonly container: ContainerId;
  readonly entry: ClassifiedCertificate;
  readonly view: CertificateView;
}

export interface TokenService {
  /** Reads all tokens now; asks for no PIN. */
  list(): Promise<TokenList>;
  /**
   * By id, serial, label or the beginning of an id. Where nothing fits and a driver the person named has a
   * problem, or no driver showed anything, the problem is the answer.
   */
  find(wanted: string): Promise<Result<FoundToken, AppError>>;
  /** By id, SHA-256 or its beginning, or serial number. `token` null: on every token. */
  findCertificate(wanted: string, token: string | null): Promise<Result<FoundCertificate, AppError>>;
}

export interface TokenServiceDeps {
  /** Those there are now, in the order of preference for a key that several of them show. */
  readonly sources: () => readonly TokenSource[];
  readonly clock: Clock;
  readonly rules: ClassificationRules;
}

export function createTokenService({ sources, clock, rules }: TokenServiceDeps): TokenService {
  async function list(): Promise<TokenList> {
    const now = clock.now();
    const looks = await Promise.all(sources().map((source) => lookAt(source, now, rules)));
    return joinLooks(looks, now);
  }

  async function find(wanted: string): Promise<Result<FoundToken, AppError>> {
    return pickToken(await list(), wanted);
  }

  return {
    list,
    find,
    async findCertificate(wanted, token) {
      const listed = await list();
      const on = token === null ? null : pickToken(listed, token);
      if (on?.ok === false) return on;
      const tokens = on === null ? listed.tokens : [on.value];
      if (tokens.length === 0) return err(absence(listed, wanted));
      return pickCertificate(tokens, wanted);
    },
  };
}

function pickToken(listed: TokenList, wanted: string): Result<FoundToken, AppError> {
  const upper = wanted.toUpperCase();
  const ways: ((found: FoundToken) => boolean)[] = [
    ({ token }) => token.id.toUpperCase() === upper,
    ({ token }) => normaliseSerial(token.serial) === upper,
    ({ token }) => token.label === wanted,
    ({ token }) => wanted !== '' && token.id.toUpperCase().startsWith(upper),
  ];
  for (const fits of ways) {
    const matches = listed.tokens.filter(fits);
    const [only] = matches;
    if (only === undefined) continue;
    if (matches.length === 1) return ok(only);
    const ids = matches.map(({ token, source }) => `${token.id}（${token.label}, ${source.module}）`);
    return err({ code: 'token.ambiguous', wanted, matches: ids });
  }
  return err(absence(listed, wanted));
}

function absence({ tokens, problems }: TokenList, wanted: string): AppError {
  const telling = problems.find(({ isExplicit }) => isExplicit) ?? (tokens.length === 0 ? problems[0] : null);
  if (telling != null) return telling.error;
  return tokens.length === 0 ? { code: 'token.none' } : { code: 'token.notFound', wanted };
}

const MIN_PREFIX = 4;

function pickCertificate(
  tokens: readonly FoundToken[],
  wanted: string,
): Result<FoundCertificate, AppError<'certificate.notFound' | 'certificate.ambiguous'>> {
  const hex = wanted.replace(/[\s:]/g, '').toLowerCase();
  const all = tokens.flatMap(certificatesOf);
  const matches = all.filter(({ entry: { certificate } }) => {
    const isPrefix = hex.length >= MIN_PREFIX && certificate.sha256.startsWith(hex);
    return isPrefix || withoutZeros(certificate.serial.toLowerCase()) === withoutZeros(hex);
  });
  const different = matches.filter(
    (match, index) =>
      !matches.some((other, place) => place !== index && isBetterCopy(other, match, place < index)),
  );
  const [only] = different;
  if (only === undefined) return err({ code: 'certificate.notFound', wanted });
  if (different.length === 1) return ok(only);
  const ids = different.map(({ found, view }) => `${view.id}（${found.token.id}）`);
  return err({ code: 'certificate.ambiguous', wanted, matches: ids });
}

function certificatesOf(found: FoundToken): FoundCertificate[] {
  return found.containers.flatMap(({ id, certificates }) =>
    certificates.flatMap((entry) => {
      const view = found.view.certificates.find(
        ({ container, sha256 }) => container === id && sha256 === entry.certificate.sha256,
      );
      return view === undefined ? [] : [{ found, container: id, entry, view }];
    }),
  );
}

/** The same certificate twice on one token: the copy beside its key is meant, else the first. */
function isBetterCopy(other: FoundCertificate, match: FoundCertificate, isEarlier: boolean): boolean {
  if (other.found !== match.found || other.view.sha256 !== match.view.sha256) return false;
  const [otherHas, has] = [other, match].map(({ entry }) => entry.hasPrivateKey !== false);
  return otherHas === has ? isEarlier : otherHas === true;
}

function withoutZeros(hex: string): string {
  return hex.replace(/^0+(?=.)/, '');
}
