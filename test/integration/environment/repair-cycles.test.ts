// Each repair from the break to the undo: broken, named, repaired, fine, undone, broken again, byte for byte.
// Files, NSS and the trust folder are real; systemd and the access list of a device are scripted, as said there.

import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ok } from '../../../src/core/errors/result.ts';
import { encodePem } from '../../../src/core/certificate/pem.ts';
import { markToText, ownMark } from '../../../src/storage/process-mark.ts';
import { issueCertificates, type Issued } from '../../support/environment/certificates.ts';
import {
  createComputer,
  DATA,
  HOME,
  SCRIPTED_SYSTEMCTL,
  type Computer,
  type ComputerOptions,
} from '../../support/environment/computer.ts';

let issued: Issued;
let computer: Computer | null = null;

beforeAll(async () => {
  issued = await issueCertificates();
});
afterEach(async () => {
  await computer?.dispose();
  computer = null;
});

interface Cycle {
  readonly repair: string;
  readonly check: string;
  readonly options?: () => ComputerOptions;
  readonly breakIt: (computer: Computer) => Promise<void>;
  readonly broken: string;
  readonly fine: string;
  /** What must be as before once it is undone. */
  readonly watch: readonly string[];
  /** A program that nobody here wrote, which agrees while it is fine. */
  readonly agrees?: (computer: Computer) => boolean;
}

const AUTOSTART = `${HOME}/.config/autostart/certificate-assistant.desktop`;
const withKey = (): ComputerOptions => ({
  keys: issued.keys,
  anchors: [{ certificate: issued.root, source: '/media/root.cer' }],
});
const readOr = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
let staleLock = '';

const CYCLES: readonly Cycle[] = [
  {
    repair: 'hosts.clean',
    check: 'network.hosts',
    options: () => ({ profile: 'szca-bidding' }),
    breakIt: (on) =>
      on.write(
        '/etc/hosts',
        '127.0.0.1 localhost\n# \xff\xfe\r\n10.9.9.9 wt.szca.com files.example\n10.9.9.9\twww.szca.com # 加速\n::1 ip6\n',
      ),
    broken: 'poisoned',
    fine: 'clean',
    watch: ['/etc/hosts'],
  },
  {
    repair: 'autostart.write',
    check: 'system.autostart',
    breakIt: (on) => on.write(AUTOSTART, '[Desktop Entry]\nExec=/opt/old/assistant\n'),
    broken: 'broken',
    fine: 'on',
    watch: [AUTOSTART],
  },
  {
    repair: 'autostart.write',
    check: 'system.autostart',
    breakIt: () => Promise.resolve(),
    broken: 'missing',
    fine: 'on',
    watch: [AUTOSTART],
    // As the settings page writes it.
    agrees: (on) =>
      readOr(join(on.root, AUTOSTART)).includes(
        '"/opt/certificate-assistant/certificate-assistant" "--background"',
      ),
  },
  {
    repair: 'locks.remove',
    check: 'system.locks',
    async breakIt(on) {
      const mark = { ...(await ownMark()), pid: 4_000_000, started: '1' };
      staleLock = `${DATA}/locks/0123abcd.lock-${markToText(mark)}-0123456789abcdef`;
      await on.write(staleLock, '', 0o600);
    },
    broken: 'stale',
    fine: 'free',
    watch: [],
  },
  {
    repair: 'browser.policy',
    check: 'browser.localNetwork',
    options: () => ({ profile: 'szca-bidding' }),
    async breakIt(on) {
      await on.write('/usr/bin/chromium', '');
      await on.write('/var/lib/dpkg/status', 'Package: chromium\nVersion: 142.0.7444.59-1~deb12u1\n\n');
      await on.write('/etc/chromium/master_preferences', '{}');
    },
    broken: 'asked',
    fine: 'allowed',
    watch: ['/etc/chromium/policies/managed/certificate-assistant.json'],
  },
  {
    repair: 'trust.browser',
    check: 'trust.browser',
    options: withKey,
    async breakIt(on) {
      const folder = join(on.root, HOME, '.pki/nssdb');
      await mkdir(folder, { recursive: true });
      execFileSync('certutil', ['-N', '-d', `sql:${folder}`, '--empty-password']);
    },
    broken: 'missing',
    fine: 'trusted',
    watch: [],
    agrees: (on) =>
      succeeds('certutil', [
        '-V',
        '-u',
        'L',
        '-d',
        `sql:${join(on.root, HOME, '.pki/nssdb')}`,
        '-n',
        `练习根 ${issued.root.sha256.slice(0, 8)}`,
      ]),
  },
  {
    repair: 'trust.system',
    check: 'trust.system',
    options: withKey,
    async breakIt(on) {
      for (const folder of [
        'etc/ssl/certs',
        'usr/local/share/ca-certificates',
        'etc/ca-certificates/update.d',
      ])
        await mkdir(join(on.root, folder), { recursive: true });
      await on.write('/etc/ca-certificates.conf', '');
      // Debian's tool does not rebuild its bundle when nothing at all is left to put in.
      const { root: other } = await issueCertificates();
      await on.write('/usr/local/share/ca-certificates/other.crt', encodePem('CERTIFICATE', other.der));
      await on.write('/leaf.pem', encodePem('CERTIFICATE', issued.leaf.der));
    },
    broken: 'missing',
    fine: 'trusted',
    watch: [],
    agrees: (on) =>
      succeeds('openssl', [
        'verify',
        '-no-CAfile',
        '-no-CAstore',
        '-CApath',
        join(on.root, 'etc/ssl/certs'),
        join(on.root, 'leaf.pem'),
      ]),
  },
  {
    // systemd is scripted: there is none in a test.
    repair: 'time.synchronise',
    check: 'system.timeSync',
    async breakIt(on) {
      await on.write('/tools/systemctl', SCRIPTED_SYSTEMCTL, 0o755);
      await on.write('/tools/units/chrony.service', '');
    },
    broken: 'stopped',
    fine: 'running',
    watch: ['/tools/units/chrony.service.active', '/tools/units/chrony.service.enabled'],
  },
  {
    // systemd is scripted, and so is the reader on the bus.
    repair: 'pcscd.enable',
    check: 'system.cardService',
    options: () => ({
      change: (probe) => ({
        ...probe,
        system: {
          ...probe.system,
          usb: () =>
            Promise.resolve(ok([{ id: '08e6:3437', product: 'Reader', nodes: [], classes: [0x0b] }])),
        },
      }),
    }),
    async breakIt(on) {
      await on.write('/tools/systemctl', SCRIPTED_SYSTEMCTL, 0o755);
      await on.write('/tools/units/pcscd.socket', '');
    },
    broken: 'stopped',
    fine: 'idle',
    watch: ['/tools/units/pcscd.socket.active', '/tools/units/pcscd.socket.enabled'],
  },
];

describe('a repair', () => {
  it.each(CYCLES.map((cycle) => [cycle.repair, cycle.broken, cycle] as const))(
    '%s mends what is %s and can be undone',
    async (_, __, cycle) => {
      computer = await createComputer(cycle.options?.() ?? {});
      const on = computer;
      const { repairs } = on.service;
      await cycle.breakIt(on);
      const before = await Promise.all(cycle.watch.map((path) => on.read(path)));
      const outcomes: string[] = [];
      const look = async () => {
        const found = await on.find(cycle.check);
        outcomes.push(found.outcome);
        expect(cycle.agrees?.(on) ?? found.outcome === cycle.fine).toBe(found.outcome === cycle.fine);
        return found;
      };

      const planned = await repairs.plan([await look()], [cycle.repair]);
      expect(planned.ok && planned.value.map(({ plan }) => plan.ok)).toEqual([true]);
      const made = await repairs.apply(planned.ok ? planned.value : []);
      expect(made).toMatchObject({ ok: true });
      await look();
      const undone = await repairs.undo(made.ok ? made.value.id : '');
      expect(undone).toMatchObject({ ok: true, value: { state: 'undone' } });
      await look();
      expect(outcomes).toEqual([cycle.broken, cycle.fine, cycle.broken]);
      expect(await Promise.all(cycle.watch.map((path) => on.read(path)))).toEqual(before);
    },
  );

  it('leaves autostart off where the person does not want it', async () => {
    computer = await createComputer({ wantsAutostart: false });
    expect((await computer.find('system.autostart')).outcome).toBe('off');
  });

  it('takes the rights of others from the data folder, and gives them back', async () => {
    computer = await createComputer();
    await computer.write(`${DATA}/log/assistant.log`, '');
    await computer.write(`${DATA}/seen/.keep`, '');
    const { repairs } = computer.service;
    const found = await computer.find('system.dataPermissions');
    const planned = await repairs.plan([found], []);
    const made = await repairs.apply(planned.ok ? planned.value : []);
    const modeOf = async () => (await stat(join(computer?.root ?? '', DATA, 'log'))).mode & 0o777;
    const between = [(await computer.find('system.dataPermissions')).outcome, await modeOf()];
    await repairs.undo(made.ok ? made.value.id : '');
    expect([found.outcome, between, await modeOf()]).toEqual(['open', ['private', 0o700], 0o755]);
  });

  it('leaves the names of others on a poisoned line, and every other byte', async () => {
    computer = await createComputer({ profile: 'szca-bidding' });
    await computer.write('/etc/hosts', '127.0.0.1 localhost\n10.9.9.9 wt.szca.com files.example\n\xff\n');
    const planned = await computer.service.repairs.plan([await computer.find('network.hosts')], []);
    await computer.service.repairs.apply(planned.ok ? planned.value : []);
    expect(await computer.read('/etc/hosts')).toBe(
      Buffer.from('127.0.0.1 localhost\n10.9.9.9 files.example\n\xff\n').toString('latin1'),
    );
  });
});

describe('what is not repaired', () => {
  it('is a file that somebody changed since: undoing leaves it alone', async () => {
    computer = await createComputer();
    await computer.write(AUTOSTART, '[Desktop Entry]\nExec=/opt/old/assistant\n');
    const { repairs } = computer.service;
    const planned = await repairs.plan([await computer.find('system.autostart')], []);
    const made = await repairs.apply(planned.ok ? planned.value : []);
    await computer.write(AUTOSTART, 'mine\n');
    expect(await repairs.undo(made.ok ? made.value.id : '')).toMatchObject({
      ok: false,
      error: { code: 'repair.changed', path: AUTOSTART },
    });
    expect(await computer.read(AUTOSTART)).toBe('mine\n');
  });

  it('is anything at all when one of several changes fails', async () => {
    computer = await createComputer();
    await computer.write(AUTOSTART, '[Desktop Entry]\nExec=/opt/old/assistant\n');
    await computer.write(
      '/tools/systemctl',
      SCRIPTED_SYSTEMCTL.replace(': > "$state/$2.enabled"', 'exit 1'),
      0o755,
    );
    await computer.write('/tools/units/chrony.service', '');
    const { repairs } = computer.service;
    const findings = [await computer.find('system.autostart'), await computer.find('system.timeSync')];
    const planned = await repairs.plan(findings, []);
    const made = await repairs.apply(planned.ok ? planned.value : []);
    expect(made).toMatchObject({ ok: false, error: { code: 'repair.failed', path: 'chrony.service' } });
    expect(await computer.read(AUTOSTART)).toBe('[Desktop Entry]\nExec=/opt/old/assistant\n');
  });

  it.each([
    [
      'a command',
      {
        apply: {
          id: '20261120-040000-abcd',
          at: '2026-11-20T04:00:00.000Z',
          repairs: [{ repair: 'sh', facts: {} }],
        },
      },
    ],
    [
      'a repair of the person’s own',
      {
        apply: {
          id: '20261120-040000-abcd',
          at: '2026-11-20T04:00:00.000Z',
          repairs: [{ repair: 'autostart.write', facts: {} }],
        },
      },
    ],
    [
      'a device of no vendor',
      {
        apply: {
          id: '20261120-040000-abcd',
          at: '2026-11-20T04:00:00.000Z',
          repairs: [{ repair: 'udev.rule', facts: { devices: ['1d6b:0002'] } }],
        },
      },
    ],
    [
      'a rule hidden in a device',
      {
        apply: {
          id: '20261120-040000-abcd',
          at: '2026-11-20T04:00:00.000Z',
          repairs: [{ repair: 'udev.rule', facts: { devices: ['055c:e618", RUN+="/bin/sh'] } }],
        },
      },
    ],
    [
      'all pages of the web',
      {
        apply: {
          id: '20261120-040000-abcd',
          at: '2026-11-20T04:00:00.000Z',
          repairs: [{ repair: 'browser.policy', facts: { origins: ['https://*'] } }],
        },
      },
    ],
    [
      'an anchor with another fingerprint',
      {
        apply: {
          id: '20261120-040000-abcd',
          at: '2026-11-20T04:00:00.000Z',
          repairs: [{ repair: 'trust.system', facts: { der: '3000', sha256: 'ab' } }],
        },
      },
    ],
    ['a record outside its folder', { undo: '../../etc/passwd' }],
  ])('is %s, whoever asks the helper', async (_, request) => {
    computer = await createComputer();
    const { askHelper } = await import('../../support/environment/ask-elevated.ts');
    expect(await askHelper(computer.root, request)).toMatchObject({ ok: false });
  });
});

function succeeds(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
