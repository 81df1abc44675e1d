// Where drivers lie on this computer. Absolute paths only: neither PATH nor the working directory is searched,
// so nobody can slip a library in.

import excelsecu from './excelsecu.json' with { type: 'json' };
import feitian from './feitian.json' with { type: 'json' };
import haitai from './haitai.json' with { type: 'json' };
import jit from './jit.json' with { type: 'json' };
import longmai from './longmai.json' with { type: 'json' };
import minghua from './minghua.json' with { type: 'json' };
import opensc from './opensc.json' with { type: 'json' };
import others from './others.json' with { type: 'json' };
import softhsm2 from './softhsm2.json' with { type: 'json' };
import type { Vendor, VendorLibrary } from './vendor.ts';
import watchdata from './watchdata.json' with { type: 'json' };

const SYSTEM_FOLDERS = {
  linux: ['/usr/lib/{multiarch}', '/usr/lib64', '/usr/lib', '/usr/local/lib'],
  win32: ['C:\\Windows\\System32'],
} as const;

/** Debian multiarch triplets by `process.arch`; 32-bit drivers need a 32-bit host, which there is none of. */
const MULTIARCH: Readonly<Record<string, string>> = {
  x64: 'x86_64-linux-gnu',
  arm64: 'aarch64-linux-gnu',
  loong64: 'loongarch64-linux-gnu',
};

/** Every vendor known, the domestic ones before the general-purpose modules. */
export const VENDORS: readonly Vendor[] = [
  longmai,
  feitian,
  haitai,
  excelsecu,
  watchdata,
  minghua,
  jit,
  others,
  opensc,
  softhsm2,
].map(toVendor);

/** USB ids by their vendor's name. */
export const VENDOR_USB = VENDORS.map(({ name, usb }) => ({ vendor: name, ids: usb }));

export interface KnownDevice {
  /** `vid:pid` as in the vendors' data. */
  readonly usbId: string;
  /** Name of its maker. */
  readonly vendor: string;
  /** A library of its maker is installed. */
  readonly hasDriver: boolean;
}

/** A driver that is installed here. */
export interface VendorModule {
  readonly kind: 'pkcs11' | 'skf';
  /** Absolute path. */
  readonly module: string;
  /** Id of its maker. */
  readonly vendor: string;
}

/**
 * The libraries that exist here and can see keys. A maker's SKF libraries come before its PKCS#11 modules: of a key
 * that both show, SKF does more with SM2.
 */
export function vendorModules(
  platform: NodeJS.Platform,
  arch: string,
  exists: (path: string) => boolean,
): readonly VendorModule[] {
  return VENDORS.flatMap(({ id, libraries }) =>
    ['skf' as const, 'pkcs11' as const].flatMap((kind) =>
      libraries
        .filter((library) => library.kind === kind && library.platform === platform)
        .filter(({ needs }) => needs === undefined || exists(needs))
        .flatMap((library) => candidates(library, arch))
        .flatMap((paths) => paths.find(exists) ?? [])
        .map((module) => ({ kind, module, vendor: id })),
    ),
  );
}

/** A key of a maker we know; null: of nobody we know, or no key. */
export function describeDevice(usbId: string, installed: readonly VendorModule[]): KnownDevice | null {
  const vendor = VENDORS.find(({ usb }) => usb.includes(usbId));
  if (vendor === undefined) return null;
  return { usbId, vendor: vendor.name, hasDriver: installed.some((module) => module.vendor === vendor.id) };
}

/** For each name of a library the absolute paths where it may be, best first. */
export function candidates(library: VendorLibrary, arch: string): readonly (readonly string[])[] {
  const { platform, names, folders = SYSTEM_FOLDERS[platform] } = library;
  const separator = platform === 'win32' ? '\\' : '/';
  return names.map((name) => inArchitecture(folders, arch).map((folder) => `${folder}${separator}${name}`));
}

/** Folders with their `{multiarch}` filled in; those without one for this architecture are left out. */
export function inArchitecture(folders: readonly string[], arch: string): readonly string[] {
  const triplet = MULTIARCH[arch];
  return folders
    .filter((folder) => triplet !== undefined || !folder.includes('{multiarch}'))
    .map((folder) => folder.replace('{multiarch}', triplet ?? ''));
}

type LooseVendor = Omit<Vendor, 'libraries'> & {
  readonly libraries: readonly (Omit<VendorLibrary, 'kind' | 'platform'> & {
    readonly kind: string;
    readonly platform: string;
  })[];
};

/** JSON modules know their words only as strings. */
function toVendor(data: LooseVendor): Vendor {
  return { ...data, libraries: data.libraries.map((library) => toLibrary(library, data.id)) };
}

function toLibrary(library: LooseVendor['libraries'][number], vendor: string): VendorLibrary {
  const { kind, platform } = library;
  if (kind !== 'pkcs11' && kind !== 'skf') throw new Error(`${vendor}: no library kind ${kind}`);
  if (platform !== 'linux' && platform !== 'win32') throw new Error(`${vendor}: no platform ${platform}`);
  return { ...library, kind, platform };
}
