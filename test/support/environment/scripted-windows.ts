// Windows itself, in memory: what native/windows would ask and change, on recorded data. No Windows was at hand.

import type { Obstacle } from '../../../src/core/environment/probe.ts';
import type {
  PnpDevice,
  RegistryKey,
  RegistryValue,
  RegistryView,
  StoredCertificate,
  WindowsService,
} from '../../../src/core/environment/windows-probe.ts';
import type { WindowsSystem } from '../../../src/core/environment/windows-system.ts';
import { err, ok, type Result } from '../../../src/core/errors/result.ts';
import { findKey, inView, isKey, keysBelow, readExports, type Registry } from './registry-export.ts';

export interface RecordedWindows {
  /** Laid over `clean`. */
  readonly exports?: readonly string[];
  readonly processes?: readonly string[];
  readonly ports?: readonly number[];
  readonly devices?: readonly PnpDevice[];
  readonly services?: Readonly<Record<string, WindowsService>>;
  /** By `ROOT user`. */
  readonly stores?: Readonly<Record<string, readonly StoredCertificate[]>>;
  readonly battery?: { readonly isDraining: boolean; readonly percent: number | null };
  /** Keys that cannot be read. */
  readonly obstacles?: Readonly<Record<RegistryKey, Obstacle['reason']>>;
}

export interface ScriptedWindows {
  readonly system: WindowsSystem;
  /** All that a repair could change, for comparing. */
  readonly snapshot: () => unknown;
}

export function scriptWindows(recorded: RecordedWindows): ScriptedWindows {
  const registry = readExports(['clean', ...(recorded.exports ?? [])]);
  const stores = new Map(Object.entries(recorded.stores ?? {}));
  const services = new Map(Object.entries(recorded.services ?? {}));
  return {
    system: { ...reads(recorded, registry, stores, services), ...writes(registry, stores, services) },
    snapshot: () => ({
      registry: [...registry].map(([key, values]) => [key, [...values].toSorted()]).toSorted(),
      stores: [...stores].flatMap(([name, list]) =>
        list.map(({ serialized }) => [name, Buffer.from(serialized).toString('base64')]),
      ),
      services: [...services],
    }),
  };
}

type Stores = Map<string, readonly StoredCertificate[]>;
type Services = Map<string, WindowsService>;

function said<T>(value: T): Promise<Result<T, Obstacle>> {
  return Promise.resolve(ok(value));
}

function reads(
  { devices = [], battery, processes = [], ports = [], obstacles = {} }: RecordedWindows,
  registry: Registry,
  stores: Stores,
  services: Services,
) {
  const guarded = <T>(key: string, answer: () => T): Promise<Result<T, Obstacle>> => {
    const reason = obstacles[key];
    return Promise.resolve(reason === undefined ? ok(answer()) : err({ reason, what: key }));
  };
  const valuesAt = (key: RegistryKey, view: RegistryView = 64) => findKey(registry, inView(key, view))?.[1];
  return {
    value: (key, name, view) =>
      guarded(key, () => {
        const values = [...(valuesAt(key, view) ?? [])];
        return values.find(([own]) => own.toLowerCase() === name.toLowerCase())?.[1] ?? null;
      }),
    values: (key, view = 64) =>
      guarded(key, () =>
        isKey(registry, inView(key, view)) ? Object.fromEntries(valuesAt(key, view) ?? []) : null,
      ),
    keys: (key, view = 64) => guarded(key, () => keysBelow(registry, inView(key, view))),
    store: (name, place) => said(stores.get(`${name} ${place}`) ?? []),
    service: (name) => said(services.get(name) ?? null),
    devices: () => said(devices.map((one) => ({ ...one, reported: '', compatibleIds: [] }))),
    battery: () => said(battery ?? null),
    processes: () => said(processes.map((name, pid) => ({ pid, name }))),
    listeners: () => said(ports.map((port) => ({ address: [127, 0, 0, 1], port, pid: 4 }))),
    isElevated: () => said(false),
    mayChange: () => said(false),
    folder: () => said(String.raw`C:\Windows`),
  } satisfies Partial<WindowsSystem>;
}

function writes(registry: Registry, stores: Stores, services: Services) {
  const refused = () => Promise.resolve(err({ reason: 'denied', what: 'UAC' } as const));
  return {
    setValue(key, name, view, value) {
      const at = inView(key, view);
      const [there, values] = findKey(registry, at) ?? [at, new Map<string, RegistryValue>()];
      registry.set(there, values);
      if (value === null) values.delete(name);
      else values.set(name, value);
      return said(undefined);
    },
    removeEmptyKey(key, view) {
      const top = inView(key, view).toLowerCase();
      const inside = [...registry].filter(([one]) => `${one.toLowerCase()}\\`.startsWith(`${top}\\`));
      if (inside.every(([, own]) => own.size === 0)) for (const [one] of inside) registry.delete(one);
      return said(undefined);
    },
    addCertificate(store, place, der, serialized) {
      const name = `${store} ${place}`;
      const entry = serialized === null ? storedCertificate(der) : deserialized(serialized, der);
      stores.set(name, [...(stores.get(name) ?? []), entry]);
      return said(undefined);
    },
    removeCertificate(store, place, der) {
      const name = `${store} ${place}`;
      const left = (stores.get(name) ?? []).filter((one) => Buffer.compare(one.der, der) !== 0);
      stores.set(name, left);
      return said(undefined);
    },
    setService(name, to) {
      services.set(name, to);
      return said(undefined);
    },
    runElevated: refused,
    protectFolder: refused,
  } satisfies Partial<WindowsSystem>;
}

/** A stand-in for CertSerializeCertificateStoreElement, whose form is nobody's business but Windows'. */
export function storedCertificate(
  der: Uint8Array,
  keyLink: StoredCertificate['keyLink'] = null,
): StoredCertificate {
  return { der, keyLink, serialized: Buffer.concat([der, Buffer.from(JSON.stringify(keyLink))]) };
}

function deserialized(serialized: Uint8Array, der: Uint8Array): StoredCertificate {
  const properties = Buffer.from(serialized.subarray(der.length)).toString();
  return { der, keyLink: JSON.parse(properties) as StoredCertificate['keyLink'], serialized };
}
