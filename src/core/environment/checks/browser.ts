// Trust anchors and browsers: may a portal's page reach the key through them.

import type { Certificate } from '../../certificate/certificate.ts';
import { advice, defineCheck, fine, notApplicable, problem } from '../check.ts';
import {
  localNetworkPolicy,
  POLICY_FOLDERS,
  windowsPolicy,
  type LocalNetworkPolicy,
} from '../browser-policy.ts';
import { LOCAL_NETWORK_SINCE } from '../browser-page.ts';
import type { Obstacle, OfferedAnchor, Probe } from '../probe.ts';
import { err, ok, type Result } from '../../errors/result.ts';
import { currentCertificates } from './certificate.ts';
import { readWindows } from '../windows-reading.ts';
import { caAddresses } from './system.ts';
import { firefoxProfiles } from './windows-programs.ts';

/** The last of the chain of the person's certificate, where it can be had. */
async function ownAnchor(probe: Probe): Promise<OfferedAnchor | null> {
  const [first] = await currentCertificates(probe);
  if (first === undefined) return null;
  const { issuers, isComplete } = await probe.trust.chain(first.certificate);
  return isComplete ? (issuers.at(-1) ?? null) : null;
}

export function anchorFacts({ certificate, source }: OfferedAnchor) {
  return {
    anchor: nameOf(certificate),
    sha256: certificate.sha256,
    source,
    der: hex(certificate.der),
  };
}

export function nameOf({ subject }: Certificate): string {
  return subject.commonName ?? subject.display;
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const systemTrust = defineCheck({
  id: 'trust.system',
  number: 60,
  ref: 'L-09',
  group: 'certificate',
  layer: 'trust',
  platforms: ['linux'],
  needs: ['certificate.chain'],
  blocksRenewal: false,
  outcomes: { trusted: fine, none: notApplicable, missing: advice('trust.system') },
  async run(probe) {
    const anchor = await ownAnchor(probe);
    if (anchor === null) return { outcome: 'none', facts: {} };
    const trusted = await probe.trust.system();
    if (!trusted.ok) return trusted.error;
    const facts = anchorFacts(anchor);
    return { outcome: trusted.value.has(anchor.certificate.sha256) ? 'trusted' : 'missing', facts };
  },
});

const browserTrust = defineCheck({
  id: 'trust.browser',
  number: 61,
  ref: 'L-09',
  group: 'browser',
  layer: 'trust',
  platforms: ['linux'],
  needs: ['certificate.chain'],
  blocksRenewal: false,
  outcomes: { trusted: fine, none: notApplicable, missing: advice('trust.browser'), locked: advice() },
  async run(probe) {
    const anchor = await ownAnchor(probe);
    if (anchor === null) return { outcome: 'none', facts: {} };
    const databases = await probe.trust.nss();
    if (!databases.ok) return databases.error;
    if (databases.value.length === 0) return { outcome: 'none', facts: {} };
    const { sha256 } = anchor.certificate;
    const without = databases.value.filter(({ anchors }) => !anchors.includes(sha256));
    const facts = {
      ...anchorFacts(anchor),
      browsers: [...new Set(without.map(({ owner }) => owner))],
      databases: without.map(({ folder }) => folder),
    };
    if (without.length === 0) return { outcome: 'trusted', facts };
    return { outcome: without.every(({ isLocked }) => isLocked) ? 'locked' : 'missing', facts };
  },
});

const installed = defineCheck({
  id: 'browser.installed',
  number: 62,
  ref: 'W-09',
  group: 'browser',
  layer: 'browser',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  outcomes: { fits: fine, none: advice(), otherMode: advice() },
  async run(probe) {
    const [browsers, profile] = await Promise.all([probe.system.browsers(), probe.subject.profile()]);
    if (!browsers.ok) return browsers.error;
    const names = browsers.value.map(({ name, major }) =>
      major === null ? name : `${name} ${String(major)}`,
    );
    if (names.length === 0) return { outcome: 'none', facts: {} };
    const wanted = new Set(profile?.portals.flatMap((portal) => portal.browsers) ?? []);
    return wanted.size > 0 && !wanted.has('chromium')
      ? { outcome: 'otherMode', facts: { browsers: names, modes: [...wanted] } }
      : { outcome: 'fits', facts: { browsers: names } };
  },
});

const localNetwork = defineCheck({
  id: 'browser.localNetwork',
  number: 63,
  ref: 'W-30',
  group: 'browser',
  layer: 'browser',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  outcomes: {
    allowed: fine,
    notNeeded: fine,
    noPortal: notApplicable,
    asked: advice('browser.policy'),
    blocked: problem(),
    plainHttp: advice(),
    wildcard: advice(),
  },
  async run(probe) {
    const [browsers, origins] = await Promise.all([probe.system.browsers(), caAddresses(probe)]);
    if (!browsers.ok) return browsers.error;
    const strict = browsers.value.filter(
      ({ engine, major }) => engine === 'chromium' && (major === null || major >= LOCAL_NETWORK_SINCE.fetch),
    );
    if (origins.length === 0) return { outcome: 'noPortal', facts: {} };
    if (strict.length === 0) return { outcome: 'notNeeded', facts: {} };
    const secure = origins.filter((origin) => origin.startsWith('https:'));
    const plain = origins.filter((origin) => !origin.startsWith('https:'));
    const facts = { origins: secure, browsers: strict.map(({ name }) => name) };
    const policy = await readPolicy(probe, facts.browsers);
    if (!policy.ok) return policy.error;
    const { allowed, blocked } = policy.value;
    if (secure.some((origin) => blocked.includes(origin))) return { outcome: 'blocked', facts };
    if (allowed.includes('*')) return { outcome: 'wildcard', facts };
    if (secure.some((origin) => !allowed.includes(origin))) return { outcome: 'asked', facts };
    return plain.length > 0
      ? { outcome: 'plainHttp', facts: { ...facts, origins: plain } }
      : { outcome: 'allowed', facts };
  },
});

export async function readPolicy(
  probe: Probe,
  browsers: readonly string[],
): Promise<Result<LocalNetworkPolicy, Obstacle>> {
  if (probe.windows !== null) return windowsPolicy(probe.windows, browsers);
  const [allowed, blocked]: [string[], string[]] = [[], []];
  for (const folder of POLICY_FOLDERS) {
    const names = await probe.files.list(folder);
    if (!names.ok) return names;
    for (const name of names.value.filter((one) => one.endsWith('.json'))) {
      const content = await probe.files.readText(`${folder}/${name}`);
      if (!content.ok) return content;
      const policy = localNetworkPolicy(content.value ?? '');
      if (policy === null) continue;
      allowed.push(...policy.allowed);
      blocked.push(...policy.blocked);
    }
  }
  return ok({ allowed, blocked });
}

const modules = defineCheck({
  id: 'browser.modules',
  number: 64,
  ref: 'W-28',
  group: 'browser',
  layer: 'browser',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  outcomes: { none: fine, registered: fine, stale: advice() },
  async run(probe) {
    const lists = await moduleLists(probe);
    if (!lists.ok) return lists.error;
    const libraries: string[] = [];
    for (const path of lists.value) {
      const listed = await probe.files.readText(path);
      if (!listed.ok) return listed.error;
      libraries.push(
        ...[...(listed.value ?? '').matchAll(LIBRARY)].flatMap(([, named = '']) => libraryPath(named)),
      );
    }
    if (libraries.length === 0) return { outcome: 'none', facts: {} };
    const stale: string[] = [];
    for (const path of new Set(libraries)) {
      const info = await probe.files.info(path);
      if (info.ok && info.value === null) stale.push(path);
    }
    return stale.length > 0
      ? { outcome: 'stale', facts: { modules: stale } }
      : { outcome: 'registered', facts: { modules: libraries } };
  },
});

/** Absolute ones; NSS names its own modules without a folder. */
const LIBRARY = /^library=(\/.+|"?[A-Za-z]:.+)\r?$/gm;

/** NSS quotes a path with blanks, and doubles the backslashes in it. */
function libraryPath(named: string): string {
  return named.replace(/^"|"$/g, '').replaceAll(String.raw`\\`, '\\');
}

/** The files in which browsers note their modules. */
async function moduleLists(probe: Probe): Promise<Result<readonly string[], Obstacle>> {
  if (probe.windows !== null) {
    const reading = readWindows(probe.windows);
    const profiles = await firefoxProfiles(reading, probe);
    const obstacle = reading.obstacle();
    return obstacle === null ? ok(profiles.map((folder) => `${folder}\\pkcs11.txt`)) : err(obstacle);
  }
  const databases = await probe.trust.nss();
  return databases.ok ? ok(databases.value.map(({ folder }) => `${folder}/pkcs11.txt`)) : databases;
}

export const BROWSER_CHECKS = [systemTrust, browserTrust, installed, localNetwork, modules];
