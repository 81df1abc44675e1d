// The certificates on the keys: there, in time, paired, with their key, trusted, not revoked. Nothing is signed,
// because that would need the PIN.

import { daysLeft, validityAt } from '../../certificate/certificate.ts';
import { WEAK_SIGNATURES } from '../../certificate/signature-verifier.ts';
import { publicKeyDetails } from '../../certificate/spki.ts';
import type { ClassifiedCertificate } from '../../token/current.ts';
import { advice, defineCheck, fine, notApplicable, problem } from '../check.ts';
import type { Platform, Probe, RevocationState } from '../probe.ts';

const EVERYWHERE: readonly Platform[] = ['linux', 'win32'];

/** In use now: current, signing and encryption alike. */
export async function currentCertificates(probe: Probe): Promise<readonly ClassifiedCertificate[]> {
  const { tokens } = await probe.keys.list();
  return tokens.flatMap(({ containers }) =>
    containers.flatMap(({ certificates }) => certificates.filter(({ state }) => state === 'current')),
  );
}

function namesOf(entries: readonly ClassifiedCertificate[]) {
  return {
    holder: [...new Set(entries.flatMap(({ certificate }) => certificate.subject.commonName ?? []))],
    serials: entries.map(({ certificate }) => certificate.serial),
  };
}

const present = defineCheck({
  id: 'certificate.present',
  number: 20,
  ref: 'C-08',
  group: 'certificate',
  layer: 'certificate',
  platforms: EVERYWHERE,
  needs: ['key.token'],
  blocksRenewal: true,
  outcomes: { present: fine, noKey: notApplicable, empty: problem(), unreadable: problem() },
  async run(probe) {
    const { tokens } = await probe.keys.list();
    if (tokens.length === 0) return { outcome: 'noKey', facts: {} };
    const containers = tokens.flatMap((token) => token.containers);
    const count = containers.flatMap(({ certificates }) => certificates).length;
    const reasons = containers.flatMap(({ unparsable }) => unparsable);
    if (reasons.length > 0) return { outcome: 'unreadable', facts: { reasons } };
    return { outcome: count > 0 ? 'present' : 'empty', facts: { count } };
  },
});

const SOON_DAYS = 30;

const validity = defineCheck({
  id: 'certificate.validity',
  number: 21,
  ref: 'C-13',
  group: 'certificate',
  layer: 'certificate',
  platforms: EVERYWHERE,
  needs: ['certificate.present'],
  blocksRenewal: false,
  outcomes: { valid: fine, none: notApplicable, soon: advice(), expired: problem(), notYet: problem() },
  async run(probe) {
    const entries = await currentCertificates(probe);
    const now = probe.now();
    const in_ = (state: string) =>
      entries.filter(({ certificate }) => validityAt(certificate, now) === state);
    const [expired, notYet] = [in_('expired'), in_('notYetValid')];
    const days = Math.min(...entries.map(({ certificate }) => daysLeft(certificate, now)));
    if (entries.length === 0) return { outcome: 'none', facts: {} };
    if (notYet.length > 0) return { outcome: 'notYet', facts: namesOf(notYet) };
    if (expired.length > 0) return { outcome: 'expired', facts: { ...namesOf(expired), days: -days } };
    return { outcome: days <= SOON_DAYS ? 'soon' : 'valid', facts: { days } };
  },
});

const privateKey = defineCheck({
  id: 'certificate.privateKey',
  number: 22,
  ref: 'C-17',
  group: 'certificate',
  layer: 'certificate',
  platforms: EVERYWHERE,
  needs: ['certificate.present'],
  blocksRenewal: true,
  outcomes: { matches: fine, none: notApplicable, missing: problem() },
  async run(probe) {
    const { tokens } = await probe.keys.list();
    const entries = tokens.flatMap(({ containers }) =>
      containers.flatMap(({ certificates }) => certificates),
    );
    if (entries.length === 0) return { outcome: 'none', facts: {} };
    const without = entries.filter(({ hasPrivateKey }) => hasPrivateKey === false);
    const isAnyUsable = entries.some(({ hasPrivateKey }) => hasPrivateKey !== false);
    return without.length > 0 && !isAnyUsable
      ? { outcome: 'missing', facts: namesOf(without) }
      : { outcome: 'matches', facts: { without: without.length } };
  },
});

const pair = defineCheck({
  id: 'certificate.pair',
  number: 23,
  ref: 'C-16',
  group: 'certificate',
  layer: 'certificate',
  platforms: EVERYWHERE,
  needs: ['certificate.present'],
  blocksRenewal: false,
  outcomes: {
    paired: fine,
    single: fine,
    none: notApplicable,
    signingOnly: problem(),
    encryptionOnly: problem(),
  },
  async run(probe) {
    const entries = await currentCertificates(probe);
    if (entries.length === 0) return { outcome: 'none', facts: {} };
    const sm2 = entries.filter(({ certificate }) => certificate.algorithm === 'SM2');
    if (sm2.length === 0) return { outcome: 'single', facts: {} };
    const nameOf = ({ certificate }: ClassifiedCertificate) => certificate.subject.commonName ?? '';
    const holders = [...new Set(sm2.map(nameOf))];
    const has = (holder: string, use: string) =>
      sm2.some((entry) => nameOf(entry) === holder && (entry.use === use || entry.use === 'both'));
    const signingOnly = holders.filter((holder) => !has(holder, 'encryption'));
    const encryptionOnly = holders.filter((holder) => !has(holder, 'signing'));
    if (encryptionOnly.length > 0) return { outcome: 'encryptionOnly', facts: { holder: encryptionOnly } };
    return signingOnly.length > 0
      ? { outcome: 'signingOnly', facts: { holder: signingOnly } }
      : { outcome: 'paired', facts: {} };
  },
});

const algorithm = defineCheck({
  id: 'certificate.algorithm',
  number: 24,
  ref: 'C-18',
  group: 'certificate',
  platforms: EVERYWHERE,
  needs: ['certificate.present'],
  blocksRenewal: false,
  outcomes: { strong: fine, none: notApplicable, weak: advice() },
  async run(probe) {
    const entries = await currentCertificates(probe);
    if (entries.length === 0) return { outcome: 'none', facts: {} };
    const weak = entries.flatMap(({ certificate: { spki, signatureAlgorithm } }) => {
      const key = publicKeyDetails(spki);
      const isShort = key?.kind === 'rsa' && key.modulusBits < 2048;
      if (isShort) return [`RSA-${String(key.modulusBits)}`];
      return signatureAlgorithm !== null && WEAK_SIGNATURES.has(signatureAlgorithm)
        ? [signatureAlgorithm]
        : [];
    });
    return weak.length > 0
      ? { outcome: 'weak', facts: { algorithms: [...new Set(weak)] } }
      : { outcome: 'strong', facts: {} };
  },
});

const chain = defineCheck({
  id: 'certificate.chain',
  number: 25,
  ref: 'C-15',
  group: 'certificate',
  layer: 'trust',
  platforms: EVERYWHERE,
  needs: ['certificate.present'],
  blocksRenewal: false,
  outcomes: { complete: fine, none: notApplicable, broken: advice() },
  async run(probe) {
    const [first] = await currentCertificates(probe);
    if (first === undefined) return { outcome: 'none', facts: {} };
    const { issuers, isComplete } = await probe.trust.chain(first.certificate);
    const names = issuers.map(({ certificate }) => certificate.subject.commonName ?? certificate.sha256);
    const facts = { issuer: first.certificate.issuer.display, chain: names };
    return { outcome: isComplete ? 'complete' : 'broken', facts };
  },
});

const revocation = defineCheck({
  id: 'certificate.revocation',
  number: 26,
  ref: 'C-14',
  group: 'certificate',
  layer: 'certificate',
  platforms: EVERYWHERE,
  needs: ['certificate.present'],
  blocksRenewal: true,
  outcomes: {
    good: fine,
    none: notApplicable,
    noAddress: notApplicable,
    revoked: problem(),
    frozen: problem(),
  },
  async run(probe) {
    const entries = await currentCertificates(probe);
    if (entries.length === 0) return { outcome: 'none', facts: {} };
    const asked = await Promise.all(
      entries.map(async (entry) => ({ entry, answer: await probe.keys.revocation(entry.certificate) })),
    );
    const inState = (state: RevocationState['state']) =>
      asked.filter(({ answer }) => answer.ok && answer.value?.state === state);
    for (const state of ['revoked', 'frozen'] as const) {
      const [hit] = inState(state);
      if (hit === undefined || !hit.answer.ok || hit.answer.value === null) continue;
      const { at, reason, source } = hit.answer.value;
      const since = at === null ? null : new Date(at).toISOString();
      return { outcome: state, facts: { ...namesOf([hit.entry]), since, reason, source } };
    }
    const silent = asked.find(({ answer }) => !answer.ok);
    if (silent !== undefined && !silent.answer.ok) return silent.answer.error;
    const good = inState('good');
    return good.length === 0
      ? { outcome: 'noAddress', facts: {} }
      : { outcome: 'good', facts: { sources: [...new Set(good.flatMap(sourceOf))] } };
  },
});

function sourceOf({ answer }: { answer: Awaited<ReturnType<Probe['keys']['revocation']>> }): string[] {
  return answer.ok && answer.value !== null ? [answer.value.source] : [];
}

export const CERTIFICATE_CHECKS = [present, validity, privateKey, pair, algorithm, chain, revocation];
