// Browsers on Windows: zones, compatibility and controls for portals that want Internet Explorer.

import { advice, fine, notApplicable, problem } from '../check.ts';
import type { Probe } from '../probe.ts';
import {
  domainKey,
  isAddress,
  siteOf,
  TRUSTED_ZONE,
  ZONE_SETTINGS,
  zoneOf,
  type Site,
} from '../trusted-sites.ts';
import type { RegistryView } from '../windows-probe.ts';
import { defineWindowsCheck, expandPath, firstNumber } from '../windows-reading.ts';
import { unquoted } from '../windows-software.ts';
import { originOf } from './system.ts';

/** Where a page speaks to the key. */
const READING_USES: ReadonlySet<string> = new Set(['renew', 'status', 'download']);

/** Origins of such portals that are made for Internet Explorer or a compatibility mode. */
async function oldPortals(probe: Probe): Promise<readonly string[]> {
  const portals = (await probe.subject.profile())?.portals ?? [];
  const old = portals.filter(
    ({ use, browsers }) =>
      READING_USES.has(use) && (browsers.includes('ie') || browsers.includes('compat360')),
  );
  return [...new Set(old.flatMap(({ address }) => originOf(address ?? '') ?? []))];
}

const trustedSites = defineWindowsCheck({
  id: 'browser.trustedSites',
  number: 66,
  ref: 'W-04',
  group: 'browser',
  layer: 'browser',
  outcomes: {
    trusted: fine,
    notNeeded: notApplicable,
    missing: advice('sites.trust'),
    byPolicy: advice(),
    restricted: problem(),
    byHand: advice(),
  },
  async ask(reading, probe) {
    const origins = await oldPortals(probe);
    const sites = origins.flatMap((origin) => {
      const site = siteOf(origin);
      return site === null ? [] : [{ origin, site }];
    });
    if (sites.length === 0) return { outcome: 'notNeeded', facts: {} };
    const zones = await Promise.all(
      sites.map(async (one) => ({ ...one, ...(await zoneOf(reading, one.site)) })),
    );
    const not = zones.filter(({ zone }) => zone !== TRUSTED_ZONE);
    const facts = { origins: (not.length > 0 ? not : zones).map(({ origin }) => origin) };
    if (not.length === 0) return { outcome: 'trusted', facts };
    if (not.some(({ byPolicy }) => byPolicy)) return { outcome: 'byPolicy', facts };
    if (not.some(({ zone }) => zone !== null)) return { outcome: 'restricted', facts };
    return { outcome: not.some(({ site }) => !hasPlace(site)) ? 'byHand' : 'missing', facts };
  },
});

/** An entry for this host alone can be made. */
function hasPlace(site: Site): boolean {
  return isAddress(site.host) || domainKey(site) !== null;
}

const EDGE = String.raw`SOFTWARE\Policies\Microsoft\Edge`;
const EXPLORER = String.raw`HKLM\SOFTWARE\Microsoft\Internet Explorer`;

const ieMode = defineWindowsCheck({
  id: 'browser.ieMode',
  number: 69,
  ref: 'W-02',
  group: 'browser',
  layer: 'browser',
  outcomes: { notNeeded: notApplicable, ready: fine, ask: advice(), off: problem(), missing: problem() },
  async ask(reading, probe) {
    const origins = await oldPortals(probe);
    if (origins.length === 0) return { outcome: 'notNeeded', facts: {} };
    const browsers = await reading.of(probe.system.browsers(), []);
    const compatible = browsers.filter(({ name }) => /360|奇安信|搜狗|QQ/.test(name)).map(({ name }) => name);
    if (compatible.length > 0) return { outcome: 'ready', facts: { browsers: compatible } };
    const explorer =
      (await reading.text(EXPLORER, 'svcVersion')) ?? (await reading.text(EXPLORER, 'Version'));
    if (explorer === null) return { outcome: 'missing', facts: { origins } };
    const [level, reload] = await Promise.all(
      ['InternetExplorerIntegrationLevel', 'InternetExplorerIntegrationReloadInIEModeAllowed'].map((name) =>
        firstNumber(reading, EDGE, name),
      ),
    );
    if (level === 0 || (level === null && reload === 0)) return { outcome: 'off', facts: { origins } };
    return level === 1
      ? { outcome: 'ready', facts: { browsers: ['Edge'] } }
      : { outcome: 'ask', facts: { origins } };
  },
});

/** URL actions: running controls, scripting those marked safe, downloading signed ones. */
const ACTIONS = ['1200', '1405', '1001'] as const;
const FORBIDDEN = 3;

const zone = defineWindowsCheck({
  id: 'browser.zone',
  number: 70,
  ref: 'W-06',
  group: 'browser',
  layer: 'browser',
  outcomes: { notNeeded: notApplicable, allowed: fine, forbidden: advice(), byPolicy: advice() },
  async ask(reading, probe) {
    if ((await oldPortals(probe)).length === 0) return { outcome: 'notNeeded', facts: {} };
    for (const key of ZONE_SETTINGS) {
      const values = await Promise.all(ACTIONS.map((action) => reading.number(key, action)));
      const actions = ACTIONS.filter((_, index) => values[index] === FORBIDDEN);
      if (actions.length === 0) continue;
      const isPolicy = key.includes('Policies');
      return { outcome: isPolicy ? 'byPolicy' : 'forbidden', facts: { actions: [...actions] } };
    }
    return { outcome: 'allowed', facts: {} };
  },
});

interface Control {
  readonly name: string;
  readonly clsid: string;
}

/** Those whose identity integration code of portals tells. Never repaired: they are their makers'. */
const CONTROLS: readonly Control[] = [
  { name: 'XTXAppCOM（BJCA 证书应用环境）', clsid: '{3F367B74-92D9-4C5E-AB93-234F8A91D5E6}' },
];
const ADD_ONS = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Ext\Settings`;
const SWITCHED_OFF = 1;

const controls = defineWindowsCheck({
  id: 'browser.controls',
  number: 71,
  ref: 'W-07',
  group: 'browser',
  layer: 'browser',
  outcomes: { none: notApplicable, registered: fine, gone: advice(), off: advice() },
  async ask(reading, probe) {
    const [there, gone, off]: [string[], string[], string[]] = [[], [], []];
    const views: readonly RegistryView[] = [64, 32];
    for (const { name, clsid } of CONTROLS) {
      const key = `HKLM\\SOFTWARE\\Classes\\CLSID\\${clsid}\\InprocServer32`;
      for (const view of views) {
        const path = await reading.text(key, '', view);
        if (path === null || path === '') continue;
        there.push(name);
        const file = unquoted(expandPath(path, probe.variable));
        if ((await reading.of(probe.files.info(file), null)) === null) gone.push(`${name} ${file}`);
      }
      const settings = `${ADD_ONS}\\${clsid}`;
      if (((await reading.number(settings, 'Flags')) ?? 0) === SWITCHED_OFF) off.push(name);
    }
    if (gone.length > 0) return { outcome: 'gone', facts: { controls: gone } };
    if (off.length > 0) return { outcome: 'off', facts: { controls: off } };
    const facts = { controls: [...new Set(there)] };
    return there.length > 0 ? { outcome: 'registered', facts } : { outcome: 'none', facts: {} };
  },
});

export const WINDOWS_BROWSER_CHECKS = [trustedSites, ieMode, zone, controls];
