// What is proved about an issued certificate before anything is written (architecture.md, "Prove before
// writing"): right key, genuine chain to the anchors, right issuer, subject, validity and usages.

import { certificateUse, type Certificate } from '../certificate/certificate.ts';
import { buildChain, type ChainError } from '../certificate/chain.ts';
import type { DistinguishedName } from '../certificate/names.ts';
import { isSameName } from '../certificate/names.ts';
import type { SignatureVerifier } from '../certificate/signature-verifier.ts';
import { spkiFingerprint } from '../certificate/spki.ts';
import { formatTime } from '../certificate/time.ts';
import type { AppError } from '../errors/codes.ts';
import { done, err, type Result } from '../errors/result.ts';
import type { RenewalRules, ValidityRule } from '../profile/profile.ts';

export type ProofError =
  | ChainError
  | AppError<
      | 'certificate.keyMismatch'
      | 'certificate.subjectMismatch'
      | 'certificate.issuerMismatch'
      | 'certificate.validityMismatch'
      | 'certificate.usageMismatch'
    >;

export interface ProofInput {
  readonly issued: Certificate;
  readonly use: 'signing' | 'encryption' | 'both';
  /** SHA-256 of the SubjectPublicKeyInfo the certificate must be for; null: the key comes with the certificate. */
  readonly key: string | null;
  /** The certificate it replaces; null for a first issue. */
  readonly predecessor: Certificate | null;
  /** What the CA was asked for; decides for a first issue. */
  readonly subject: DistinguishedName | null;
  readonly rules: RenewalRules;
  /** Certificates that may lie between: from the CA, from the key. */
  readonly pool: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  /** Trusted time (the gateway's), epoch milliseconds. */
  readonly now: number;
}

/** Checks in this order and answers the first failure; the path to the anchor when all holds. */
export async function proveIssued(
  input: ProofInput,
  verifier: SignatureVerifier,
): Promise<Result<readonly Certificate[], ProofError>> {
  const { issued, key, predecessor, rules, use } = input;
  if (key !== null && spkiFingerprint(issued.spki) !== key) return err({ code: 'certificate.keyMismatch' });
  const checks = [
    predecessor === null ? done : checkIssuer(issued, predecessor, rules),
    checkSubject(issued, predecessor?.subject ?? input.subject, rules),
    checkUse(issued, use),
    checkValidity(issued, predecessor, rules.validity, input.now),
  ];
  for (const check of checks) if (!check.ok) return check;
  return buildChain(issued, input.pool, input.anchors, verifier, {
    // A certificate that begins in the future is judged on its first day; the person is told separately.
    now: Math.max(input.now, issued.notBefore),
    accept: 'strict',
  });
}

/**
 * The anchors that stand behind the old certificate: self-signed certificates of the pool to which it leads.
 * A stranger cannot put one there without the key of one of its issuers. An ended or weak old chain does not
 * block: it only names the root.
 */
export async function anchorsOfOld(
  old: Certificate,
  pool: readonly Certificate[],
  verifier: SignatureVerifier,
  now: number,
): Promise<readonly Certificate[]> {
  const roots = pool.filter((member) => isSameName(member.subject, member.issuer));
  const found: Certificate[] = [];
  for (const root of roots) {
    const chain = await buildChain(old, pool, [root], verifier, {
      now,
      accept: 'legacy',
      validityOf: 'none',
    });
    if (chain.ok) found.push(root);
  }
  return found;
}

export function checkIssuer(
  issued: Certificate,
  old: Certificate,
  rules: RenewalRules,
): Result<void, AppError<'certificate.issuerMismatch'>> {
  if (isSameName(issued.issuer, old.issuer)) return done;
  if (isSuccessor(issued.issuer, rules.successors)) return done;
  return err({
    code: 'certificate.issuerMismatch',
    expected: old.issuer.display,
    found: issued.issuer.display,
  });
}

/** Whether organisation or common name is one of the profile's names. */
export function isSuccessor(issuer: DistinguishedName, successors: readonly string[]): boolean {
  return [issuer.organisation, issuer.commonName].some((name) => name !== null && successors.includes(name));
}

/** @param mutable OIDs of attributes that may differ */
export function isSameHolder(
  issued: DistinguishedName,
  old: DistinguishedName,
  mutable: readonly string[],
): boolean {
  if (isSameName(issued, old)) return true;
  const kept = (name: DistinguishedName) =>
    name.attributes
      .filter(({ type }) => !mutable.includes(type))
      .map(({ type, value }) => `${type}=${value.normalize('NFKC').trim().toLowerCase()}`)
      .toSorted()
      .join('\n');
  return mutable.length > 0 && kept(issued) === kept(old);
}

export function checkSubject(
  issued: Certificate,
  expected: DistinguishedName | null,
  rules: RenewalRules,
): Result<void, AppError<'certificate.subjectMismatch'>> {
  if (expected !== null && isSameHolder(issued.subject, expected, rules.mutableSubject)) return done;
  return err({
    code: 'certificate.subjectMismatch',
    expected: expected?.display ?? '',
    found: issued.subject.display,
  });
}

/** A certificate for everything may stand where one for signing is asked for, not the other way round. */
export function checkUse(
  issued: Certificate,
  use: ProofInput['use'],
): Result<void, AppError<'certificate.usageMismatch'>> {
  const usages = issued.keyUsage ?? [];
  const isForIssuing = issued.isCa || usages.includes('keyCertSign') || usages.includes('cRLSign');
  const found = certificateUse(issued);
  if (!isForIssuing && (found === use || (found === 'both' && use === 'signing'))) return done;
  return err({
    code: 'certificate.usageMismatch',
    expected: use,
    found: isForIssuing ? 'issuing' : found,
  });
}

const DAY = 86_400_000;

export function checkValidity(
  issued: Certificate,
  predecessor: Certificate | null,
  rule: ValidityRule,
  now: number,
): Result<void, AppError<'certificate.validityMismatch'>> {
  const fails = (earliest: number, latest: number | null) =>
    err({
      code: 'certificate.validityMismatch' as const,
      expected:
        latest === null ? `> ${formatTime(earliest)}` : `${formatTime(earliest)} – ${formatTime(latest)}`,
      found: formatTime(issued.notAfter),
    });
  if (issued.notAfter <= issued.notBefore || issued.notAfter <= now) return fails(now, null);
  const [earliest, latest] = allowedEnd(rule, predecessor, issued);
  if (issued.notAfter < earliest || (latest !== null && issued.notAfter > latest)) {
    return fails(earliest, latest);
  }
  return done;
}

/** Earliest and latest allowed end; latest null: open. Rules that count on the old end ask nothing of a first issue. */
function allowedEnd(
  rule: ValidityRule,
  predecessor: Certificate | null,
  issued: Certificate,
): readonly [number, number | null] {
  if (rule.rule === 'fromIssue') {
    return [issued.notBefore + rule.minDays * DAY, issued.notBefore + rule.maxDays * DAY];
  }
  if (predecessor === null) return [issued.notBefore, null];
  if (rule.rule === 'laterThanOld') return [predecessor.notAfter + 1, null];
  const end = addYears(predecessor.notAfter, rule.years);
  return [end - rule.toleranceDays * DAY, end + rule.toleranceDays * DAY];
}

function addYears(time: number, years: number): number {
  const date = new Date(time);
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.getTime();
}
