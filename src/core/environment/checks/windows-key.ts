// The key on Windows: its device, its disc, the services and registrations between its driver and other programs.

import { advice, fine, notApplicable, problem } from '../check.ts';
import type { LibraryCopy, Probe } from '../probe.ts';
import type { PnpDevice, RegistryView } from '../windows-probe.ts';
import { defineWindowsCheck, expandPath, type WindowsReading } from '../windows-reading.ts';
import { pluggedKeys } from './key.ts';

/** CM_PROB_… of cfg.h, as far as they tell people different things to do. */
const PROBLEM: Readonly<Record<number, 'noDriver' | 'disabled' | 'unsigned' | 'restart'>> = {
  1: 'noDriver',
  18: 'noDriver',
  28: 'noDriver',
  22: 'disabled',
  29: 'disabled',
  32: 'disabled',
  52: 'unsigned',
  14: 'restart',
};
const WORST_FIRST = ['noDriver', 'disabled', 'unsigned', 'failed', 'restart'] as const;

const device = defineWindowsCheck({
  id: 'key.device',
  number: 18,
  ref: 'W-19',
  group: 'key',
  layer: 'driver',
  outcomes: {
    works: fine,
    none: notApplicable,
    noDriver: problem(),
    disabled: problem(),
    unsigned: problem(),
    failed: problem(),
    restart: problem(),
    unknownDevice: advice(),
  },
  async ask(reading, probe) {
    const devices = await reading.of(reading.windows.devices(), []);
    const ids = new Set(probe.drivers.vendors.flatMap((vendor) => vendor.ids));
    const known = devices.filter(({ instance }) => ids.has(usbId(instance) ?? ''));
    const broken = known.filter(({ problem: code }) => code !== 0);
    for (const kind of WORST_FIRST) {
      const hit = broken.filter(({ problem: code }) => (PROBLEM[code] ?? 'failed') === kind);
      if (hit.length > 0) return { outcome: kind, facts: deviceFacts(hit) };
    }
    if (known.length > 0) return { outcome: 'works', facts: deviceFacts(known) };
    const strange = devices.filter(
      ({ instance, problem: code }) => usbId(instance) !== null && PROBLEM[code] === 'noDriver',
    );
    return strange.length > 0
      ? { outcome: 'unknownDevice', facts: deviceFacts(strange) }
      : { outcome: 'none', facts: {} };
  },
});

/** `USB\VID_055C&PID_E618\…` is `055c:e618`. */
function usbId(instance: string): string | null {
  const [, vendor, product] = /^(?:USB|HID)\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})/i.exec(instance) ?? [];
  return vendor === undefined || product === undefined ? null : `${vendor}:${product}`.toLowerCase();
}

function deviceFacts(devices: readonly PnpDevice[]) {
  return {
    devices: devices.map(({ name, instance }) => `${name === '' ? '—' : name}（${usbId(instance) ?? ''}）`),
    codes: [...new Set(devices.map(({ problem: code }) => String(code)))].filter((code) => code !== '0'),
  };
}

const DENIED = String.raw`Software\Policies\Microsoft\Windows\RemovableStorageDevices`;
/** GUID_DEVINTERFACE_CDROM, under which the policy for discs stands. */
const DISCS = '{53f56308-b6bf-11d0-94f2-00a0c91efb8b}';
const SERVICES = String.raw`HKLM\SYSTEM\CurrentControlSet\Services`;
const DISABLED = 4;

const disc = defineWindowsCheck({
  id: 'key.disc',
  number: 9,
  ref: 'W-20',
  group: 'key',
  layer: 'permission',
  outcomes: { open: fine, policy: advice(), denied: problem() },
  async ask(reading, probe) {
    const found: string[] = [];
    for (const root of ['HKLM', 'HKCU']) {
      const all = await reading.number(`${root}\\${DENIED}`, 'Deny_All');
      const read = await reading.number(`${root}\\${DENIED}\\${DISCS}`, 'Deny_Read');
      if (all === 1) found.push(`${root}\\…\\Deny_All`);
      if (read === 1) found.push(`${root}\\…\\Deny_Read`);
    }
    for (const name of ['cdrom', 'USBSTOR']) {
      if ((await reading.number(`${SERVICES}\\${name}`, 'Start')) === DISABLED) found.push(`${name} Start=4`);
    }
    if (found.length === 0) return { outcome: 'open', facts: {} };
    const devices = await reading.of(reading.windows.devices(), []);
    const discs = devices.filter(({ instance }) => /^USBSTOR\\CDROM/i.test(instance));
    const plugged = await pluggedKeys(probe);
    const isHit = discs.length > 0 || (plugged.ok && plugged.value.length > 0);
    const facts = { policies: found, devices: discs.map(({ name }) => name) };
    return { outcome: isHit ? 'denied' : 'policy', facts };
  },
});

export const SMART_CARD_SERVICES = ['SCardSvr', 'ScDeviceEnum', 'CertPropSvc'] as const;

const smartCard = defineWindowsCheck({
  id: 'system.smartCard',
  number: 45,
  ref: 'W-18',
  group: 'system',
  layer: 'permission',
  outcomes: {
    ready: fine,
    notNeeded: notApplicable,
    disabled: problem('smartCard.enable'),
    stopped: advice('smartCard.enable'),
    partly: advice('smartCard.enable'),
    notInstalled: problem(),
  },
  async ask(reading) {
    const devices = await reading.of(reading.windows.devices(), []);
    const readers = devices.filter((one) => one.class === 'SmartCardReader');
    const states = await Promise.all(
      SMART_CARD_SERVICES.map(async (name) => ({
        name,
        state: await reading.of(reading.windows.service(name), null),
      })),
    );
    if (readers.length === 0) return { outcome: 'notNeeded', facts: {} };
    const off = states.filter(({ state }) => state?.start === 'disabled').map(({ name }) => name);
    const facts = { readers: readers.map(({ name }) => name), services: off };
    const main = states[0]?.state ?? null;
    if (main === null) return { outcome: 'notInstalled', facts };
    if (main.start === 'disabled') return { outcome: 'disabled', facts };
    // A reader that is plugged in starts the service; one that did not start has a reader without a use.
    if (main.state === 'stopped') return { outcome: 'stopped', facts };
    return { outcome: off.length > 0 ? 'partly' : 'ready', facts };
  },
});

export const SKF_KEY = String.raw`HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\SKF`;

/** The side of the registry that programs of the library's kind look at. */
export function viewOf({ architecture }: Pick<LibraryCopy, 'architecture'>): RegistryView {
  return architecture === 'ia32' ? 32 : 64;
}

/** Paths that are named there, and where. */
export async function registeredSkf(
  reading: WindowsReading,
): Promise<readonly { readonly vendor: string; readonly view: RegistryView; readonly path: string }[]> {
  const views: readonly RegistryView[] = [64, 32];
  const found = await Promise.all(
    views.map(async (view) => {
      const vendors = await reading.keys(SKF_KEY, view);
      const paths = await Promise.all(
        vendors.map((vendor) => reading.text(`${SKF_KEY}\\${vendor}`, 'path', view)),
      );
      return vendors.flatMap((vendor, index) => {
        const path = paths[index];
        return path == null ? [] : [{ vendor, view, path }];
      });
    }),
  );
  return found.flat();
}

const skf = defineWindowsCheck({
  id: 'driver.skfRegistered',
  number: 15,
  ref: 'W-16',
  group: 'key',
  outcomes: { registered: fine, none: notApplicable, missing: advice('skf.register'), gone: advice() },
  async ask(reading, probe) {
    const copies = (await reading.of(probe.drivers.copies(), [])).filter(
      ({ kind, architecture }) => kind === 'skf' && architecture !== null,
    );
    const registered = await registeredSkf(reading);
    const missing = copies.filter(
      (copy) =>
        !registered.some(
          ({ view, path }) =>
            view === viewOf(copy) &&
            expandPath(path, probe.variable).toLowerCase() === copy.path.toLowerCase(),
        ),
    );
    if (missing.length > 0)
      return { outcome: 'missing', facts: { modules: missing.map(({ path }) => path) } };
    const gone: string[] = [];
    for (const { path } of registered) {
      const info = await reading.of(probe.files.info(expandPath(path, probe.variable)), null);
      if (info === null) gone.push(path);
    }
    if (gone.length > 0) return { outcome: 'gone', facts: { modules: gone } };
    return registered.length === 0
      ? { outcome: 'none', facts: {} }
      : { outcome: 'registered', facts: { modules: registered.map(({ path }) => path) } };
  },
});

const CSPS = String.raw`HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\Provider`;
const KSPS = String.raw`HKLM\SYSTEM\CurrentControlSet\Control\Cryptography\Providers`;

interface Provider {
  readonly name: string;
  readonly file: string;
}

/** Programs that Windows calls for CSPs and KSPs; Microsoft's own are left out. */
async function foreignProviders(reading: WindowsReading, probe: Probe): Promise<readonly Provider[]> {
  const root = probe.variable('SystemRoot') ?? String.raw`C:\Windows`;
  const places = [
    { key: CSPS, view: 64, below: '', name: 'Image Path', folder: 'System32' },
    { key: CSPS, view: 32, below: '', name: 'Image Path', folder: 'SysWOW64' },
    { key: KSPS, view: 64, below: String.raw`\UM`, name: 'Image', folder: 'System32' },
  ] as const;
  const found = await Promise.all(
    places.map(async ({ key, view, below, name, folder }) => {
      const names = (await reading.keys(key, view)).filter((one) => !/^Microsoft /i.test(one));
      const files = await Promise.all(
        names.map((provider) => reading.text(`${key}\\${provider}${below}`, name, view)),
      );
      return names.flatMap((provider, index) => {
        const file = files[index];
        if (file == null || file === '') return [];
        const path = expandPath(file, probe.variable);
        const full = /^[a-z]:\\/i.test(path) ? path : `${root}\\${folder}\\${path}`;
        return [{ name: provider, file: full }];
      });
    }),
  );
  return found.flat();
}

const providers = defineWindowsCheck({
  id: 'driver.providers',
  number: 17,
  ref: 'W-14',
  group: 'key',
  outcomes: { none: notApplicable, complete: fine, gone: advice() },
  async ask(reading, probe) {
    const listed = await foreignProviders(reading, probe);
    if (listed.length === 0) return { outcome: 'none', facts: {} };
    const gone: Provider[] = [];
    for (const provider of listed) {
      const info = await reading.of(probe.files.info(provider.file), null);
      if (info === null) gone.push(provider);
    }
    const names = [...new Set((gone.length > 0 ? gone : listed).map(({ name }) => name))];
    return gone.length > 0
      ? { outcome: 'gone', facts: { providers: names, files: gone.map(({ file }) => file) } }
      : { outcome: 'complete', facts: { providers: names } };
  },
});

export const WINDOWS_KEY_CHECKS = [device, disc, smartCard, skf, providers];
