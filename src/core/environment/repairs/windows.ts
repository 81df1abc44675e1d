// Repairs of Windows: registry values, certificates in its stores, services. What is the person's own is changed by
// their own process and never by the elevated helper, which may run under another account.

import { encodeBase64 } from '../../certificate/base64.ts';
import { MAX_CERTIFICATE_BYTES, type Certificate } from '../../certificate/certificate.ts';
import { equalBytes } from '../../certificate/der.ts';
import { err, ok, type Result } from '../../errors/result.ts';
import { isStale } from '../checks/windows-certificate.ts';
import { registeredSkf, SKF_KEY, SMART_CARD_SERVICES, viewOf } from '../checks/windows-key.ts';
import { SCHEME_KEY } from '../checks/windows-programs.ts';
import { textsIn, type CertificateChange, type Change, type Refusal, type Repair } from '../repair.ts';
import { domainKey, isAddress, RANGES, rangeOf, siteOf, TRUSTED, TRUSTED_ZONE } from '../trusted-sites.ts';
import type { StoreName } from '../windows-probe.ts';
import type { WindowsReading } from '../windows-reading.ts';
import { anchorIn, certificateIn } from './system-files.ts';
import { planWindows, registryChange, serviceChange, text } from './windows-changes.ts';

/** Hosts that the check named, one by one and by their scheme: no pattern, no whole domain, no other zone. */
export const sitesTrust: Repair = {
  id: 'sites.trust',
  platforms: ['win32'],
  admin: false,
  ticked: true,
  plan(facts, view) {
    const origins = textsIn(facts, 'origins');
    return planWindows(view, 'ZoneMap', async (reading) => {
      const changes: (Change | null)[] = [];
      const taken = new Set(await reading.keys(RANGES));
      for (const origin of origins) {
        const site = siteOf(origin);
        const key = site === null ? null : isAddress(site.host) ? RANGES : domainKey(site);
        if (site === null || key === null) return err({ reason: 'facts', what: origin });
        if (key === RANGES) {
          changes.push(...(await rangeChanges(reading, site, taken)));
          continue;
        }
        const zone = await reading.number(key, site.scheme);
        if (zone !== null && zone !== TRUSTED_ZONE) return err({ reason: 'facts', what: origin });
        changes.push(await registryChange(reading, { key, name: site.scheme }, TRUSTED));
      }
      return ok(changes);
    });
  },
};

/** @param taken names of ranges; the one that is used is added */
async function rangeChanges(
  reading: WindowsReading,
  { host, scheme }: { readonly host: string; readonly scheme: string },
  taken: Set<string>,
): Promise<readonly (Change | null)[]> {
  const there = await rangeOf(reading, host);
  let number = 1;
  while (there === null && taken.has(`Range${String(number)}`)) number += 1;
  const name = there ?? `Range${String(number)}`;
  taken.add(name);
  const key = `${RANGES}\\${name}`;
  return [
    await registryChange(reading, { key, name: ':Range' }, text(host)),
    await registryChange(reading, { key, name: scheme }, TRUSTED),
  ];
}

/** Windows asks the person once more, in a window of its own, before a root becomes theirs. */
export const trustWindows: Repair = {
  id: 'trust.windows',
  platforms: ['win32'],
  admin: false,
  ticked: false,
  plan(facts, view) {
    const anchor = anchorIn(facts);
    return planWindows(view, 'ROOT', (reading) =>
      anchor.ok ? added(reading, 'ROOT', [anchor.value]) : Promise.resolve(anchor),
    );
  },
};

export const trustIntermediate: Repair = {
  id: 'trust.intermediate',
  platforms: ['win32'],
  admin: false,
  ticked: false,
  plan(facts, view) {
    const [ders, prints] = [textsIn(facts, 'ders'), textsIn(facts, 'sha256')];
    const read = ders.map((der, index) => certificateIn(der, prints[index] ?? null));
    return planWindows(view, 'CA', async (reading) => {
      const certificates: Certificate[] = [];
      for (const one of read) {
        if (!one.ok) return one;
        const { isCa, subject, issuer, sha256 } = one.value;
        // A root is not to come in by this door.
        if (!isCa || equalBytes(subject.der, issuer.der)) return err({ reason: 'facts', what: sha256 });
        certificates.push(one.value);
      }
      return added(reading, 'CA', certificates);
    });
  },
};

async function added(
  { windows, of }: WindowsReading,
  store: StoreName,
  certificates: readonly Certificate[],
): Promise<Result<readonly Change[], Refusal>> {
  const places = await Promise.all(
    (['user', 'machine'] as const).map((place) => of(windows.store(store, place), [])),
  );
  const wanted = certificates.filter(({ der }) => !places.flat().some((one) => equalBytes(one.der, der)));
  return ok(
    wanted.map(({ der }): CertificateChange => ({
      ...{ kind: 'certificate', store, place: 'user', der: encodeBase64(der), serialized: null },
      ...{ before: 'absent', after: 'present' },
    })),
  );
}

/** Entries are kept whole in the record, with the link to their key, so that undoing brings them back. */
export const certificatesTidy: Repair = {
  id: 'certificates.tidy',
  platforms: ['win32'],
  admin: false,
  ticked: false,
  plan(facts, view) {
    const prints = textsIn(facts, 'prints');
    return planWindows(view, 'MY', async ({ windows, of }) => {
      const stored = await of(windows.store('MY', 'user'), []);
      const small = stored.filter(({ der }) => der.length <= MAX_CERTIFICATE_BYTES);
      const changes: Change[] = [];
      for (const print of prints) {
        const entry = small.find((one) => isStale(one, view.now())?.sha256 === print);
        if (entry === undefined) return err({ reason: 'facts', what: print });
        const [der, serialized] = [encodeBase64(entry.der), encodeBase64(entry.serialized)];
        changes.push({
          ...{ kind: 'certificate', store: 'MY', place: 'user', der, serialized },
          ...{ before: 'present', after: 'absent' },
        });
      }
      return ok(changes);
    });
  },
};

export const smartCardEnable: Repair = {
  id: 'smartCard.enable',
  platforms: ['win32'],
  admin: true,
  ticked: true,
  plan: (_facts, view) =>
    planWindows(view, SMART_CARD_SERVICES[0], async (reading) => {
      const [main, ...others] = await Promise.all(
        SMART_CARD_SERVICES.map((name) => serviceChange(reading, name)),
      );
      // Those beside it are started by Windows when they are wanted.
      return ok([main ?? null, ...others.filter((change) => change?.before.start === 'disabled')]);
    }),
};

/** Only libraries that the usual places of their makers hold, each for programs of its own kind. */
export const skfRegister: Repair = {
  id: 'skf.register',
  platforms: ['win32'],
  admin: true,
  ticked: true,
  plan(facts, view) {
    const modules = textsIn(facts, 'modules');
    return planWindows(view, 'SKF', async (reading) => {
      const copies = await reading.of(view.drivers.copies(), []);
      const registered = await registeredSkf(reading);
      const changes: (Change | null)[] = [];
      for (const path of modules) {
        const copy = copies.find((one) => one.path === path && one.kind === 'skf');
        const name = /([\w.-]+)\.dll$/i.exec(path)?.[1];
        if (copy?.architecture == null || name === undefined) return err({ reason: 'facts', what: path });
        const side = viewOf(copy);
        const isThere = registered.some(
          (one) => one.view === side && one.path.toLowerCase() === path.toLowerCase(),
        );
        const place = { key: `${SKF_KEY}\\${name}`, name: 'path', view: side };
        if (!isThere) changes.push(await registryChange(reading, place, text(path)));
      }
      return ok(changes);
    });
  },
};

/** `--` ends the options: nothing in a link can become one. */
export const protocolRegister: Repair = {
  id: 'protocol.register',
  platforms: ['win32'],
  admin: false,
  ticked: true,
  async plan(_facts, view) {
    const { ownProgram } = view.subject;
    if (ownProgram === null) return err({ reason: 'notInstalled', what: 'certificate-assistant' });
    return planWindows(view, SCHEME_KEY, async (reading) => {
      const command = { key: String.raw`${SCHEME_KEY}\shell\open\command`, name: '' };
      return ok([
        await registryChange(reading, { key: SCHEME_KEY, name: '' }, text('URL:智能证书助手')),
        await registryChange(reading, { key: SCHEME_KEY, name: 'URL Protocol' }, text('')),
        await registryChange(reading, command, text(`"${ownProgram}" -- "%1"`)),
      ]);
    });
  },
};
