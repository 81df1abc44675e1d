import { posix, win32 } from 'node:path';
import { describe, expect, it } from 'vitest';
import { candidates, describeDevice, vendorModules, VENDORS } from './modules.ts';

describe('vendor modules', () => {
  it('finds the modules that are installed, each in the folder of this architecture', () => {
    const installed = new Set([
      '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
      '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
      '/usr/lib/softhsm/libsofthsm2.so',
      '/opt/lm-gm3000/lib/libgm3000_pkcs11.so',
      '/opt/lm-gm3000/lib/libgm3000.1.0.so',
    ]);
    expect(vendorModules('linux', 'arm64', (path) => installed.has(path))).toEqual([
      { kind: 'skf', module: '/opt/lm-gm3000/lib/libgm3000.1.0.so', vendor: 'longmai' },
      { kind: 'pkcs11', module: '/opt/lm-gm3000/lib/libgm3000_pkcs11.so', vendor: 'longmai' },
      {
        kind: 'pkcs11',
        module: '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
        vendor: 'softhsm2',
      },
    ]);
  });

  it('finds Windows modules in the system folder', () => {
    const installed = 'C:\\Windows\\System32\\HtPkcs11.dll';
    expect(vendorModules('win32', 'x64', (path) => path === installed)).toEqual([
      { kind: 'pkcs11', module: installed, vendor: 'haitai' },
    ]);
  });

  it('finds one library that is a driver of both kinds as both', () => {
    const installed = 'C:\\Windows\\System32\\ShuttleCsp11_3000GM.dll';
    expect(vendorModules('win32', 'x64', (path) => path === installed)).toEqual([
      { kind: 'skf', module: installed, vendor: 'feitian' },
      { kind: 'pkcs11', module: installed, vendor: 'feitian' },
    ]);
  });

  it('names the maker of a key by its USB id, and says whether a driver of that maker is here', () => {
    const installed = [
      { kind: 'skf', module: '/opt/lm-gm3000/lib/libgm3000.1.0.so', vendor: 'longmai' },
    ] as const;
    const devices = ['055c:e618', '163c:0401', '046d:c077'].map((usbId) => describeDevice(usbId, installed));
    expect(devices).toEqual([
      { usbId: '055c:e618', vendor: '龙脉 Longmai', hasDriver: true },
      { usbId: '163c:0401', vendor: '握奇 Watchdata', hasDriver: false },
      null,
    ]);
  });

  it('leaves out OpenSC where no card reader service is there', () => {
    const module = '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so';
    const [bare, served] = [[module], [module, '/run/pcscd/pcscd.comm']].map((there) =>
      vendorModules('linux', 'x64', (path) => there.includes(path)).map((found) => found.module),
    );
    expect({ bare, served }).toEqual({ bare: [], served: [module] });
  });

  it('finds nothing where nothing is installed, and on other systems', () => {
    expect(vendorModules('linux', 'x64', () => false)).toEqual([]);
    expect(vendorModules('darwin', 'arm64', () => true)).toEqual([]);
  });

  it.each(VENDORS.map((vendor) => [vendor.id, vendor] as const))(
    'knows %s by absolute paths only',
    (_, vendor) => {
      const paths = vendor.libraries.flatMap((library) =>
        candidates(library, 'loong64')
          .flat()
          .map((path) => ({ library, path })),
      );
      expect(
        paths.filter(({ library, path }) => !(library.platform === 'win32' ? win32 : posix).isAbsolute(path)),
      ).toEqual([]);
      expect(paths.filter(({ path }) => path.includes('{') || path.includes('..'))).toEqual([]);
      expect(vendor.usb.filter((id) => !/^[0-9a-f]{4}:[0-9a-f]{4}$/.test(id))).toEqual([]);
    },
  );

  it('does not know library names that only machine-written sources name', () => {
    const names = VENDORS.flatMap(({ libraries }) => libraries).flatMap((library) => library.names);
    expect(names.filter((name) => /^(FT_|WD|HD|TDR)SKFAPI\.dll$/i.test(name))).toEqual([]);
  });
});
