// The proof of a renewal that somebody else wrote: what appeared on the key since the snapshot, whether it is the
// right successor of the certificate to renew, and what became of everything that was there before. The same
// rules as for what we write ourselves (core/renewal/proof.ts), but every step is judged, so that all that is wrong
// can be named at once.

import type { Certificate } from '../certificate/certificate.ts';
import { buildChain } from '../certificate/chain.ts';
import type { SignatureVerifier } from '../certificate/signature-verifier.ts';
import { isSameName } from '../certificate/names.ts';
import { spkiFingerprint } from '../certificate/spki.ts';
import { formatTime } from '../certificate/time.ts';
import type { AppError } from '../errors/codes.ts';
import { ok, type Result } from '../errors/result.ts';
import type { RenewalRules } from '../profile/profile.ts';
import {
  anchorsOfOld,
  checkIssuer,
  checkSubject,
  checkUse,
  checkValidity,
  isSameHolder,
} from '../renewal/proof.ts';
import type { KeyUse } from '../token/token.ts';
import { compareSnapshots, type KeyChanges } from './changes.ts';
import { oldSteps, sealSteps, testSteps, type KeyTests } from './kept.ts';
import { certificatesIn, holdersIn, type KeySnapshot, type PlacedCertificate } from './snapshot.ts';
import { failed, notChecked, passed, type ProofStep } from './step.ts';

export interface AccompaniedProof {
  /** SHA-256 of the certificate to renew; it is in `before`. */
  readonly renewed: string;
  /** Both read without a PIN, so that what differs is what was changed. */
  readonly before: KeySnapshot;
  readonly after: KeySnapshot;
  /** Read with the PIN, which shows private keys; null: none was given. */
  readonly opened: KeySnapshot | null;
  readonly rules: RenewalRules;
  /** Named by the person; empty: those that stand behind the old certificate, on the key or among `authorities`. */
  readonly anchors: readonly Certificate[];
  /** Found on this computer or at the addresses certificates name; they complete paths and are trusted for nothing. */
  readonly authorities: readonly Certificate[];
  readonly tests: KeyTests;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * - `waiting`: nothing of the renewal is on the key yet; at most a new key without its certificate.
 * - `wrong`: a step failed.
 * - `incomplete`: nothing failed, but not everything could be checked.
 * - `renewed`: everything was checked and holds.
 */
export type KeyVerdict = 'waiting' | 'wrong' | 'incomplete' | 'renewed';

export interface KeyJudgement {
  readonly verdict: KeyVerdict;
  readonly steps: readonly ProofStep[];
  readonly old: PlacedCertificate | null;
  readonly signing: PlacedCertificate | null;
  readonly encryption: PlacedCertificate | null;
  readonly changes: KeyChanges;
}

export async function judgeKey(proof: AccompaniedProof, verifier: SignatureVerifier): Promise<KeyJudgement> {
  const { before, after, rules } = proof;
  const changes = compareSnapshots(before, after);
  const inBefore = holdersIn(before);
  const old = inBefore.find(({ certificate }) => certificate.sha256 === proof.renewed) ?? null;
  const oldEncryption = old === null ? null : partnerOf(old, inBefore);
  const signing = newSigning(changes, old, rules);
  const encryption = newEncryption(changes, signing, old, rules);
  const found = { old, signing, encryption, changes };
  const kept = oldSteps(changes, { ...proof, pair: [old, oldEncryption] });
  const appeared = appearedStep(found);
  if (signing === null) {
    const isWrong = appeared.status === 'failed' || kept.some(({ status }) => status === 'failed');
    return { ...found, verdict: isWrong ? 'wrong' : 'waiting', steps: isWrong ? [appeared, ...kept] : [] };
  }
  const trust = await trustOf(proof, old, verifier);
  const prove = (use: KeyUse, placed: PlacedCertificate, predecessor: PlacedCertificate | null) =>
    certificateSteps(use, placed, predecessor, isDual(encryption, oldEncryption), proof, trust, verifier);
  const steps = [
    appeared,
    ...(await prove('signing', signing, old)),
    ...(encryption === null ? [] : [passed('encryption.present')]),
    ...(encryption === null && oldEncryption !== null ? [missingEncryption()] : []),
    ...(encryption === null ? [] : await prove('encryption', encryption, oldEncryption ?? old)),
    ...kept,
    ...sealSteps(before, after, changes, signing.certificate, proof.now),
    ...testSteps(proof.tests, signing.certificate, encryption?.certificate ?? null),
  ];
  return { ...found, verdict: verdictOf(steps), steps };
}

/** The encryption certificate beside a signing one; PKCS#11 links the two halves by their label. */
function partnerOf(
  { container, certificate }: PlacedCertificate,
  all: readonly PlacedCertificate[],
): PlacedCertificate | null {
  const isBeside = (other: PlacedCertificate) =>
    other.container.id === container.id ||
    (container.label !== '' &&
      other.container.label === container.label &&
      isSameHolder(other.certificate.subject, certificate.subject, []));
  const [latest] = all
    .filter((other) => other.use === 'encryption' && isBeside(other))
    .toSorted((a, b) => b.certificate.notAfter - a.certificate.notAfter);
  return latest ?? null;
}

function verdictOf(steps: readonly ProofStep[]): KeyVerdict {
  if (steps.some(({ status }) => status === 'failed')) return 'wrong';
  return steps.every(({ status }) => status === 'ok') ? 'renewed' : 'incomplete';
}

function isDual(encryption: PlacedCertificate | null, oldEncryption: PlacedCertificate | null): boolean {
  return encryption !== null || oldEncryption !== null;
}

function missingEncryption(): ProofStep {
  return failed('encryption.present', { code: 'certificate.missing', use: 'encryption' });
}

/** The likeliest successor: same holder before others, then same kind of key, then the one that lasts longest. */
function newSigning(
  { added }: KeyChanges,
  old: PlacedCertificate | null,
  rules: RenewalRules,
): PlacedCertificate | null {
  const likeness = ({ certificate }: PlacedCertificate) =>
    2 * Number(isOfHolder(certificate, old, rules)) +
    Number(certificate.algorithm === old?.certificate.algorithm);
  const [best] = added
    .filter(({ use }) => use !== 'encryption')
    .toSorted((a, b) => likeness(b) - likeness(a) || b.certificate.notAfter - a.certificate.notAfter);
  return best ?? null;
}

/** In the container of the signing certificate; else wherever it was put, so that it can be said where. */
function newEncryption(
  { added }: KeyChanges,
  signing: PlacedCertificate | null,
  old: PlacedCertificate | null,
  rules: RenewalRules,
): PlacedCertificate | null {
  const candidates = added.filter(({ use }) => use === 'encryption');
  return (
    candidates.find(({ container }) => container.id === signing?.container.id) ??
    candidates.find(({ certificate }) => isOfHolder(certificate, old, rules)) ??
    null
  );
}

function isOfHolder(
  certificate: Certificate,
  old: PlacedCertificate | null,
  { mutableSubject }: RenewalRules,
): boolean {
  return old !== null && isSameHolder(certificate.subject, old.certificate.subject, mutableSubject);
}

function appearedStep({
  signing,
  encryption,
  changes,
}: Pick<KeyJudgement, 'signing' | 'encryption' | 'changes'>): ProofStep {
  if (signing !== null) {
    const { serial, notBefore, notAfter } = signing.certificate;
    const validity = { notBefore: formatTime(notBefore), notAfter: formatTime(notAfter) };
    return passed('appeared', { serial, ...validity, container: signing.container.id });
  }
  if (encryption !== null) return failed('appeared', { code: 'certificate.missing', use: 'signing' });
  const [again] = changes.repeated.filter(({ use }) => use !== 'encryption');
  if (again !== undefined) {
    return failed('appeared', { code: 'certificate.repeated', serial: again.certificate.serial });
  }
  return notChecked('appeared', { code: 'certificate.missing', use: 'signing' });
}

interface Trust {
  readonly pool: readonly Certificate[];
  readonly anchors: readonly Certificate[];
}

async function trustOf(
  { before, after, anchors, authorities, now }: AccompaniedProof,
  old: PlacedCertificate | null,
  verifier: SignatureVerifier,
): Promise<Trust> {
  const onKey = [...certificatesIn(before), ...certificatesIn(after)].map(({ certificate }) => certificate);
  const pool = [...onKey, ...anchors, ...authorities];
  if (anchors.length > 0 || old === null) return { pool, anchors };
  const behindOld = await anchorsOfOld(old.certificate, pool, verifier, now);
  return { pool, anchors: behindOld.length > 0 ? behindOld : await issuersOfOld(old, pool, verifier, now) };
}

/** Where the root cannot be had: the same key of the CA signed the old certificate, which a stranger has not. */
async function issuersOfOld(
  { certificate: old }: PlacedCertificate,
  pool: readonly Certificate[],
  verifier: SignatureVerifier,
  now: number,
): Promise<readonly Certificate[]> {
  const found: Certificate[] = [];
  for (const issuer of pool.filter(({ isCa }) => isCa)) {
    const options = { now, accept: 'legacy', validityOf: 'none' } as const;
    if ((await buildChain(old, [], [issuer], verifier, options)).ok) found.push(issuer);
  }
  return found;
}

async function certificateSteps(
  use: KeyUse,
  placed: PlacedCertificate,
  predecessor: PlacedCertificate | null,
  isOneOfTwo: boolean,
  { rules, now, after, before, opened }: AccompaniedProof,
  trust: Trust,
  verifier: SignatureVerifier,
): Promise<readonly ProofStep[]> {
  const issued = placed.certificate;
  const old = predecessor?.certificate ?? null;
  const expectedUse = use === 'encryption' ? use : isOneOfTwo ? 'signing' : (predecessor?.use ?? 'signing');
  return [
    keyStep(use, placed, before, opened ?? after),
    stepOf(`${use}.subject`, checkSubject(issued, old?.subject ?? null, rules), {
      subject: issued.subject.display,
    }),
    stepOf(`${use}.issuer`, old === null ? ok(undefined) : checkIssuer(issued, old, rules), {
      issuer: issued.issuer.display,
    }),
    stepOf(`${use}.use`, checkUse(issued, expectedUse)),
    stepOf(`${use}.validity`, checkValidity(issued, old, rules.validity, now), {
      notBefore: formatTime(issued.notBefore),
      notAfter: formatTime(issued.notAfter),
    }),
    await chainStep(use, issued, trust, now, verifier),
  ];
}

function stepOf(
  step: ProofStep['step'],
  result: Result<void, AppError>,
  facts: ProofStep['facts'] = {},
): ProofStep {
  return result.ok ? passed(step, facts) : failed(step, result.error, facts);
}

/** The certificate lies beside the key it is for, and the private half is there. */
function keyStep(
  use: KeyUse,
  { container, certificate }: PlacedCertificate,
  before: KeySnapshot,
  after: KeySnapshot,
): ProofStep {
  const wanted = spkiFingerprint(certificate.spki);
  const isOld = before.containers.some(({ keys }) => keys.some(({ fingerprint }) => fingerprint === wanted));
  const facts = { container: container.id, newKey: isOld ? 'no' : 'yes' };
  const now = after.containers.find(({ id }) => id === container.id)?.keys ?? [];
  const matching = now.filter(({ fingerprint }) => fingerprint === wanted);
  if (matching.some(({ hasPrivateKey }) => hasPrivateKey === true)) return passed(`${use}.key`, facts);
  const isVisibleLater =
    matching.some(({ hasPrivateKey }) => hasPrivateKey === null) ||
    now.some(({ fingerprint, hasPrivateKey }) => fingerprint === null && hasPrivateKey !== false);
  if (isVisibleLater) return notChecked(`${use}.key`, { code: 'pin.required' }, facts);
  const isOtherKey = matching.length === 0 && now.some(({ fingerprint }) => fingerprint !== null);
  return failed(
    `${use}.key`,
    { code: isOtherKey ? 'certificate.keyMismatch' : 'certificate.withoutKey' },
    facts,
  );
}

async function chainStep(
  use: KeyUse,
  issued: Certificate,
  { pool, anchors }: Trust,
  now: number,
  verifier: SignatureVerifier,
): Promise<ProofStep> {
  const unchecked = () =>
    notChecked(`${use}.chain`, { code: 'signature.chainUnchecked', issuer: issued.issuer.display });
  if (anchors.length === 0) return unchecked();
  const chain = await buildChain(issued, pool, anchors, verifier, {
    // As in proof.ts: one that begins later is judged on its first day.
    now: Math.max(now, issued.notBefore),
    accept: 'strict',
  });
  if (chain.ok) return passed(`${use}.chain`, { root: chain.value.at(-1)?.subject.display ?? null });
  const isPathless = chain.error.code === 'certificate.untrusted' && chain.error.reason === undefined;
  return isPathless && !reachesRoot(issued, pool) ? unchecked() : failed(`${use}.chain`, chain.error);
}

/** By names alone. Where a CA's certificate is missing, which a key need not carry, nothing is refuted. */
function reachesRoot(leaf: Certificate, pool: readonly Certificate[]): boolean {
  const seen = new Set<Certificate>();
  let at: Certificate | undefined = leaf;
  while (at !== undefined && !seen.has(at)) {
    const { subject, issuer }: Certificate = at;
    if (isSameName(subject, issuer)) return true;
    seen.add(at);
    at = pool.find((candidate) => candidate.isCa && isSameName(candidate.subject, issuer));
  }
  return false;
}
