// Which of the zones of Internet Explorer (and of the compatibility mode of two-engine browsers) a site is in.
// HKCU\…\ZoneMap: `Domains\<domain>\<rest of the host>` or `Ranges\Range<n>` hold a number per scheme. A value on
// the domain itself holds for every host below it: such entries are read, and never written.

import type { RegistryKey, RegistryValue } from './windows-probe.ts';
import type { WindowsReading } from './windows-reading.ts';

const SETTINGS = String.raw`Software\Microsoft\Windows\CurrentVersion\Internet Settings`;
const ZONE_MAP = String.raw`${SETTINGS}\ZoneMap`;
const POLICY = String.raw`Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings`;

export const TRUSTED_ZONE = 2;

export interface Site {
  readonly scheme: 'http' | 'https';
  readonly host: string;
}

/** null: no origin of a web site, or a pattern. */
export function siteOf(origin: string): Site | null {
  const [, scheme, host] = /^(https?):\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d{1,5})?$/.exec(origin) ?? [];
  return host === undefined ? null : { scheme: scheme as Site['scheme'], host };
}

/** Second levels under which names are given out, in China. */
const SHARED = /^(com|net|org|gov|edu|ac|mil|[a-z]{2})\.cn$/;

/** `['szca.com', 'wt']`; the second is empty where the host is a domain itself. */
export function domainParts(host: string): readonly [string, string] {
  const labels = host.split('.');
  const length = SHARED.test(labels.slice(-2).join('.')) ? 3 : 2;
  return [labels.slice(-length).join('.'), labels.slice(0, -length).join('.')];
}

export function isAddress(host: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}

/** Where the entry of a site would stand; null: only one for the whole domain could be made. */
export function domainKey({ host }: Site): RegistryKey | null {
  const [domain, rest] = domainParts(host);
  return rest === '' ? null : `HKCU\\${ZONE_MAP}\\Domains\\${domain}\\${rest}`;
}

export const RANGES: RegistryKey = `HKCU\\${ZONE_MAP}\\Ranges`;

/** The range that holds just this address; null: none. */
export async function rangeOf(reading: WindowsReading, host: string): Promise<string | null> {
  for (const name of await reading.keys(RANGES)) {
    if ((await reading.text(`${RANGES}\\${name}`, ':Range')) === host) return name;
  }
  return null;
}

export interface ZoneOf {
  /** 0 this computer, 1 intranet, 2 trusted, 3 internet, 4 restricted; null: nothing says. */
  readonly zone: number | null;
  /** An administrator's list is in force, and with it the person's own is not. */
  readonly byPolicy: boolean;
}

export async function zoneOf(reading: WindowsReading, site: Site): Promise<ZoneOf> {
  const lists = await Promise.all(
    ['HKLM', 'HKCU'].map((root) => reading.texts(`${root}\\${POLICY}\\ZoneMapKey`)),
  );
  const listed = lists.flatMap((list) => [...list]);
  if (listed.length > 0) {
    const entry = listed.find(([name]) => isCovered(site, name));
    return { zone: entry === undefined ? null : Number(entry[1]), byPolicy: true };
  }
  if (isAddress(site.host)) {
    const range = await rangeOf(reading, site.host);
    const zone = range === null ? null : await schemeZone(reading, `${RANGES}\\${range}`, site);
    return { zone, byPolicy: false };
  }
  const [domain, rest] = domainParts(site.host);
  const keys = [...(rest === '' ? [] : [`${domain}\\${rest}`]), domain];
  for (const key of keys) {
    const zone = await schemeZone(reading, `HKCU\\${ZONE_MAP}\\Domains\\${key}`, site);
    if (zone !== null) return { zone, byPolicy: false };
  }
  return { zone: null, byPolicy: false };
}

async function schemeZone(
  reading: WindowsReading,
  key: RegistryKey,
  { scheme }: Site,
): Promise<number | null> {
  return (await reading.number(key, scheme)) ?? (await reading.number(key, '*'));
}

/** `https://www.example.com`, `www.example.com`, `*.example.com`, as the policy's list has them. */
function isCovered({ scheme, host }: Site, entry: string): boolean {
  const [, wanted = '*', name = ''] = /^(?:([a-z*]+):\/\/)?([^/:]+)/i.exec(entry) ?? [];
  if (wanted !== '*' && wanted.toLowerCase() !== scheme) return false;
  const pattern = name.toLowerCase();
  return pattern.startsWith('*.') ? `.${host}`.endsWith(pattern.slice(1)) : host === pattern;
}

/** Settings of the trusted zone, the administrator's first. */
export const ZONE_SETTINGS: readonly RegistryKey[] = [
  `HKLM\\${POLICY}\\Zones\\2`,
  `HKCU\\${POLICY}\\Zones\\2`,
  `HKCU\\${SETTINGS}\\Zones\\2`,
];

export const TRUSTED: RegistryValue = { type: 'number', value: TRUSTED_ZONE };
