// Devices, services, processes, ports, fonts and browsers of a Linux computer: sysfs and procfs where they say it,
// else the system's own tools.

import { constants } from 'node:fs';
import { access, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type {
  Browser,
  FileProbe,
  Obstacle,
  RunningProcess,
  ServiceState,
  SystemProbe,
  UsbDevice,
} from '../../../core/environment/probe.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import { diskSpace, isLockHeld } from './disk.ts';
import { readListeners } from './linux-listeners.ts';
import type { Tools } from './tools.ts';

export interface LinuxSystemOptions {
  readonly root: string;
  readonly files: FileProbe;
  readonly tools: Tools;
  /** Of whose listeners the program is looked up. */
  readonly interestingPorts: ReadonlySet<number>;
}

export function createLinuxSystem({ root, files, tools, interestingPorts }: LinuxSystemOptions): SystemProbe {
  const line = async (path: string): Promise<string | null> => {
    const text = await files.readText(path);
    return text.ok ? (text.value?.trim() ?? null) : null;
  };

  async function usb(): Promise<Result<readonly UsbDevice[], Obstacle>> {
    const folder = '/sys/bus/usb/devices';
    const there = await files.info(folder);
    if (!there.ok) return there;
    if (there.value === null) return err({ reason: 'unavailable', what: 'USB' });
    const names = await files.list(folder);
    if (!names.ok) return names;
    const devices = names.value.filter((name) => /^\d+-[\d.]+$/.test(name));
    const read = await Promise.all(devices.map((name) => readDevice(`${folder}/${name}`, names.value)));
    return ok(read.filter((device) => device !== null));
  }

  async function readDevice(path: string, siblings: readonly string[]): Promise<UsbDevice | null> {
    const [vendor, product, name, deviceClass, bus, number, authorized] = await Promise.all(
      ['idVendor', 'idProduct', 'product', 'bDeviceClass', 'busnum', 'devnum', 'authorized'].map((file) =>
        line(`${path}/${file}`),
      ),
    );
    if (vendor == null || product == null || deviceClass === HUB) return null;
    const own = path.slice(path.lastIndexOf('/') + 1);
    const interfaces = siblings.filter((sibling) => sibling.startsWith(`${own}:`));
    const classes = await Promise.all(
      interfaces.map((sibling) => line(`${dirname(path)}/${sibling}/bInterfaceClass`)),
    );
    const raw = await Promise.all(interfaces.map((sibling) => rawNodes(`${dirname(path)}/${sibling}`)));
    const node = [bus, number].map((part) => (part ?? '').padStart(3, '0')).join('/');
    return {
      id: `${vendor}:${product}`.toLowerCase(),
      product: name ?? '',
      nodes: [`/dev/bus/usb/${node}`, ...raw.flat()],
      classes: classes.map((text) => Number.parseInt(text ?? '', 16)).filter(Number.isInteger),
      ...(authorized == null ? {} : { isBlocked: authorized === '0' }),
    };
  }

  /** `/dev/hidraw0` and `/dev/sg1` of one interface: HID sits one folder down, SCSI three. */
  async function rawNodes(path: string): Promise<readonly string[]> {
    const found: string[] = [];
    const visit = async (folder: string, depth: number): Promise<void> => {
      const names = await files.list(folder);
      if (!names.ok) return;
      for (const name of names.value) {
        if (name === 'hidraw' || name === 'scsi_generic') {
          const nodes = await files.list(`${folder}/${name}`);
          found.push(...(nodes.ok ? nodes.value.map((node) => `/dev/${node}`) : []));
        } else if (depth > 0 && /^(host\d+|target[\d:]+|[\dA-F]+:[\dA-F.:]+)$/.test(name)) {
          await visit(`${folder}/${name}`, depth - 1);
        }
      }
    };
    await visit(path, 3);
    return found;
  }

  async function service(unit: string): Promise<Result<ServiceState, Obstacle>> {
    const shown = await tools.run('systemctl', [
      'show',
      '--property=LoadState,ActiveState,UnitFileState',
      unit,
    ]);
    if (!shown.ok) return shown;
    const { code, stdout } = shown.value;
    const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1] ?? '';
    if (code !== 0 || value('LoadState') === '') return err({ reason: 'unavailable', what: 'systemd' });
    return ok({
      exists: value('LoadState') === 'loaded',
      active: /^(active|activating|reloading)$/.test(value('ActiveState')),
      enabled: /^(enabled|static|alias|generated)/.test(value('UnitFileState')),
    });
  }

  async function processes(): Promise<Result<readonly RunningProcess[], Obstacle>> {
    const names = await files.list('/proc');
    if (!names.ok) return names;
    const pids = names.value.filter((name) => /^\d+$/.test(name));
    if (pids.length === 0) return err({ reason: 'unavailable', what: '/proc' });
    const read = await Promise.all(
      pids.map(async (pid) => ({ pid: Number(pid), name: await line(`/proc/${pid}/comm`) })),
    );
    return ok(read.flatMap(({ pid, name }) => (name === null ? [] : [{ pid, name }])));
  }

  return {
    usb,
    service,
    processes,
    listeners: () => readListeners(files, interestingPorts, (path) => readlink(join(root, path))),
    disk: (path) =>
      diskSpace(root === '/' ? path : join(root, path), async (folder) =>
        access(folder, constants.W_OK).then(
          () => true,
          () => false,
        ),
      ),
    async fonts() {
      const listed = await tools.run('fc-list', [':', 'family']);
      if (!listed.ok) return listed;
      if (listed.value.code !== 0) return err({ reason: 'unavailable', what: 'fc-list' });
      const names = listed.value.stdout.split(/[\n,]/).map((name) => name.trim());
      return ok([...new Set(names.filter((name) => name !== ''))]);
    },
    browsers: () => findBrowsers(files),
    isAdministrator: () => process.getuid?.() === 0,
    isLockHeld,
  };
}

const HUB = '09';

const BROWSERS = [
  { name: 'Chromium', engine: 'chromium', path: '/usr/bin/chromium', package: 'chromium' },
  { name: 'Chrome', engine: 'chromium', path: '/usr/bin/google-chrome', package: 'google-chrome-stable' },
  { name: 'Edge', engine: 'chromium', path: '/usr/bin/microsoft-edge', package: 'microsoft-edge-stable' },
  { name: 'UOS浏览器', engine: 'chromium', path: '/usr/bin/browser', package: 'org.deepin.browser' },
  {
    name: '奇安信浏览器',
    engine: 'chromium',
    path: '/usr/bin/qaxbrowser-safe',
    package: 'qaxbrowser-safe-stable',
  },
  { name: '360浏览器', engine: 'chromium', path: '/usr/bin/browser360-cn', package: 'browser360-cn-stable' },
  { name: 'Firefox', engine: 'firefox', path: '/usr/bin/firefox', package: 'firefox' },
  { name: 'Firefox', engine: 'firefox', path: '/usr/bin/firefox-esr', package: 'firefox-esr' },
] as const;

/** Versions are those of the packages: starting a browser to ask it would take seconds. */
async function findBrowsers(files: FileProbe): Promise<Result<readonly Browser[], Obstacle>> {
  const there = await Promise.all(BROWSERS.map(({ path }) => files.info(path)));
  const found = BROWSERS.filter((_, index) => {
    const info = there[index];
    return info?.ok === true && info.value !== null;
  });
  const status = found.length === 0 ? null : await files.readText('/var/lib/dpkg/status');
  const packages = status?.ok === true ? (status.value ?? '') : '';
  return ok(
    found.map(({ name, engine, path, package: own }) => {
      const start = packages.indexOf(`Package: ${own}\n`);
      const paragraph = start < 0 ? '' : packages.slice(start, packages.indexOf('\n\n', start));
      const major = /^Version: (?:\d+:)?(\d+)/m.exec(paragraph)?.[1];
      return { name, engine, path, major: major === undefined ? null : Number(major) };
    }),
  );
}
