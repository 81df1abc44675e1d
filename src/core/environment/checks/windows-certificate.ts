// Certificates in Windows' own stores: the trust anchors, and the person's entries through which Internet Explorer,
// compatibility modes and many tender clients reach the key.

import {
  certificateUse,
  parseCertificate,
  validityAt,
  type Certificate,
} from '../../certificate/certificate.ts';
import { equalBytes } from '../../certificate/der.ts';
import { isSameName } from '../../certificate/names.ts';
import { advice, fine, notApplicable } from '../check.ts';
import type { OfferedAnchor, Probe } from '../probe.ts';
import type { KeyLink, StoredCertificate, StoreName } from '../windows-probe.ts';
import { defineWindowsCheck, type WindowsReading } from '../windows-reading.ts';
import { anchorFacts, hex, nameOf } from './browser.ts';
import { currentCertificates } from './certificate.ts';
import { systemBuild } from './windows-system.ts';

async function inStores(
  reading: WindowsReading,
  names: readonly StoreName[],
): Promise<readonly StoredCertificate[]> {
  const { store } = reading.windows;
  const asked = names.flatMap((name) => [store(name, 'user'), store(name, 'machine')]);
  return (await Promise.all(asked.map((one) => reading.of(one, [])))).flat();
}

function holds(stored: readonly StoredCertificate[], { certificate }: OfferedAnchor): boolean {
  return stored.some(({ der }) => equalBytes(der, certificate.der));
}

const trust = defineWindowsCheck({
  id: 'trust.windows',
  number: 65,
  ref: 'W-11',
  group: 'certificate',
  layer: 'trust',
  needs: ['certificate.chain'],
  outcomes: {
    trusted: fine,
    none: notApplicable,
    missing: advice('trust.windows'),
    intermediate: advice('trust.intermediate'),
  },
  async ask(reading, probe) {
    const [first] = await currentCertificates(probe);
    if (first === undefined) return { outcome: 'none', facts: {} };
    const { issuers, isComplete } = await probe.trust.chain(first.certificate);
    const anchor = isComplete ? issuers.at(-1) : undefined;
    if (anchor === undefined) return { outcome: 'none', facts: {} };
    const [roots, between] = await Promise.all([
      inStores(reading, ['ROOT']),
      inStores(reading, ['CA', 'ROOT']),
    ]);
    if (!holds(roots, anchor)) return { outcome: 'missing', facts: anchorFacts(anchor) };
    const missing = issuers.slice(0, -1).filter((issuer) => !holds(between, issuer));
    if (missing.length > 0) return { outcome: 'intermediate', facts: intermediateFacts(missing) };
    return { outcome: 'trusted', facts: { anchor: nameOf(anchor.certificate) } };
  },
});

function intermediateFacts(issuers: readonly OfferedAnchor[]) {
  return {
    issuers: issuers.map(({ certificate }) => nameOf(certificate)),
    sources: issuers.map(({ source }) => source),
    sha256: issuers.map(({ certificate }) => certificate.sha256),
    ders: issuers.map(({ certificate }) => hex(certificate.der)),
  };
}

const registered = defineWindowsCheck({
  id: 'certificate.registered',
  number: 27,
  ref: 'W-12',
  group: 'certificate',
  layer: 'browser',
  needs: ['certificate.present'],
  outcomes: { registered: fine, none: notApplicable, missing: advice(), noKey: advice() },
  async ask(reading, probe) {
    const current = (await currentCertificates(probe)).filter(({ use }) => use !== 'encryption');
    if (current.length === 0) return { outcome: 'none', facts: {} };
    const stored = await reading.of(reading.windows.store('MY', 'user'), []);
    const found = current.map(({ certificate }) => ({
      certificate,
      entry: stored.find(({ der }) => equalBytes(der, certificate.der)) ?? null,
    }));
    const missing = found.filter(({ entry }) => entry === null);
    const noKey = found.filter(({ entry }) => entry?.keyLink === null);
    const facts = (some: typeof found) => ({
      serials: some.map(({ certificate }) => certificate.serial),
      providers: [...new Set(some.flatMap(({ entry }) => entry?.keyLink?.provider ?? []))],
    });
    if (missing.length > 0) return { outcome: 'missing', facts: facts(missing) };
    if (noKey.length > 0) return { outcome: 'noKey', facts: facts(noKey) };
    return { outcome: 'registered', facts: facts(found) };
  },
});

/** Of a key in software; such an entry is nobody's leftover of a UKey. */
function isSoftware(link: KeyLink | null): boolean {
  return link !== null && /^Microsoft (?!.*Smart Card)/i.test(link.provider);
}

/** An expired entry that could only sign, of a key that is no longer the newest; what opens old files stays. */
export function isStale({ der, keyLink }: StoredCertificate, now: number): Certificate | null {
  const parsed = parseCertificate(der);
  if (!parsed.ok || isSoftware(keyLink)) return null;
  const isLeft = validityAt(parsed.value, now) === 'expired' && certificateUse(parsed.value) === 'signing';
  return isLeft ? parsed.value : null;
}

const stale = defineWindowsCheck({
  id: 'certificate.leftovers',
  number: 28,
  ref: 'W-13',
  group: 'certificate',
  layer: 'browser',
  needs: ['certificate.present'],
  outcomes: { clean: fine, none: notApplicable, stale: advice('certificates.tidy') },
  async ask(reading, probe) {
    const current = (await currentCertificates(probe)).map(({ certificate }) => certificate);
    const valid = current.filter((certificate) => validityAt(certificate, probe.now()) === 'valid');
    if (valid.length === 0) return { outcome: 'none', facts: {} };
    const stored = await reading.of(reading.windows.store('MY', 'user'), []);
    const left = stored.flatMap((entry) => isStale(entry, probe.now()) ?? []);
    const own = left.filter((old) => valid.some(({ subject }) => isSameName(subject, old.subject)));
    if (own.length === 0) return { outcome: 'clean', facts: {} };
    const ends = own.map(({ notAfter }) => new Date(notAfter).toISOString().slice(0, 10));
    return {
      outcome: 'stale',
      facts: {
        count: own.length,
        serials: own.map(({ serial }) => serial),
        ends,
        prints: own.map(({ sha256 }) => sha256),
      },
    };
  },
});

/** First builds with the updates of 14 October 2025 (KB5066791, -793, -835, -782, -586, -836), by their number. */
const OCTOBER_2025: Readonly<Record<number, number>> = {
  14393: 8519,
  17763: 7919,
  19044: 6456,
  19045: 6456,
  20348: 4294,
  22621: 6060,
  22631: 6060,
  26100: 6899,
  26200: 6899,
};
const CALAIS = String.raw`HKLM\SOFTWARE\Microsoft\Cryptography\Calais`;
const SMART_CARD_PROVIDER = /^Microsoft (Base )?Smart Card/i;

/** KB5073121: RSA certificates of a card are linked to a KSP since then, which programs for CSPs cannot use. */
const keyStorage = defineWindowsCheck({
  id: 'certificate.keyStorage',
  number: 29,
  ref: 'W-17',
  group: 'certificate',
  layer: 'driver',
  needs: ['certificate.present'],
  outcomes: { usual: fine, none: notApplicable, ksp: advice(), before: fine },
  async ask(reading, probe) {
    const links = await cardLinks(reading, probe);
    if (links.length === 0) return { outcome: 'none', facts: {} };
    const { build, revision } = await systemBuild(reading);
    const since = OCTOBER_2025[build ?? 0] ?? (build !== null && build > 26200 ? 0 : null);
    const isUpdated = since !== null && (revision ?? 0) >= since;
    const override = await reading.number(CALAIS, 'DisableCapiOverrideForRSA');
    const facts = {
      providers: [...new Set(links.map(({ provider }) => provider))],
      build: build === null ? null : `${String(build)}.${String(revision ?? 0)}`,
    };
    if (!isUpdated || override === 0) return { outcome: 'before', facts };
    return { outcome: links.some(({ providerType }) => providerType === 0) ? 'ksp' : 'usual', facts };
  },
});

/** Of current RSA certificates whose keys Windows reaches through its own smart card providers. */
async function cardLinks(reading: WindowsReading, probe: Probe): Promise<readonly KeyLink[]> {
  const current = await currentCertificates(probe);
  const stored = await reading.of(reading.windows.store('MY', 'user'), []);
  return current.flatMap(({ certificate }) => {
    if (certificate.algorithm?.startsWith('RSA') !== true) return [];
    const link = stored.find(({ der }) => equalBytes(der, certificate.der))?.keyLink ?? null;
    return link !== null && SMART_CARD_PROVIDER.test(link.provider) ? [link] : [];
  });
}

export const WINDOWS_CERTIFICATE_CHECKS = [trust, registered, stale, keyStorage];
