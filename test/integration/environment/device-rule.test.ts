// A key whose device is not the person's: the real `ukey` as the user `nobody` on a USB bus made by umockdev, the
// administrator's part through the real pkexec and polkit, the rule read by systemd's own udevadm. What a running
// udev would do, to give the device to whoever the tag names, is done by hand, and said so.

import { execFileSync } from 'node:child_process';
import { chown, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDiskShim } from '../../support/disk-faults/build-shim.ts';
import { createPolkitRoom, noRoom, type PolkitRoom } from '../../support/polkit-room/polkit-room.ts';
import { createUsbBed, type UsbBed } from '../../support/usb-bed/usb-bed.ts';

const program = fileURLToPath(new URL('../../../out/ukey.mjs', import.meta.url));
const helper = fileURLToPath(new URL('../../../out/elevated-repair.mjs', import.meta.url));
const NOBODY = 65534;
const RULE = '60-certificate-assistant.rules';
const ID = '20261120-040000-abcd';

let room: PolkitRoom;
let bed: UsbBed;
let home = '';

describe.runIf(noRoom() === null)('a key that only root may use', () => {
  beforeAll(async () => {
    bed = await createUsbBed();
    await bed.attach('1-1', '055c:e618', 'hid');
    room = await createPolkitRoom(
      bed.folder,
      `subject.user == "nobody" && (action.id == "org.certificate-assistant.repair" ||
        (action.id == "org.freedesktop.policykit.exec" &&
         action.lookup("command_line") == "${process.execPath} ${helper}"))`,
    );
    home = await mkdtemp(join(tmpdir(), 'nobody-'));
    await writeFile(join(home, 'softhsm2.conf'), `directories.tokendir = ${home}/none\n`);
    await chown(home, NOBODY, NOBODY);
  });
  afterAll(async () => {
    await Promise.all([room.dispose(), bed.dispose(), rm(home, { recursive: true, force: true })]);
  });

  const rulePath = () => join(room.folder, 'etc/udev/rules.d', RULE);

  function startUkey(more: NodeJS.ProcessEnv, args: readonly string[]) {
    const env = { HOME: home, SOFTHSM2_CONF: join(home, 'softhsm2.conf'), ...more };
    return room.run([process.execPath, program, '--data-dir', join(home, 'data'), ...args], env);
  }

  async function ukey(...args: readonly string[]) {
    const said = await startUkey({}, [...args, '--json']);
    return { code: said.code, json: JSON.parse(said.stdout) as Record<string, unknown> };
  }

  async function permission() {
    const { json } = await ukey('check', '--only', 'key.permission');
    const found = (json['findings'] as { id: string; outcome: string; facts: object }[]).find(
      ({ id }) => id === 'key.permission',
    );
    return { outcome: found?.outcome, facts: found?.facts };
  }

  /** As the tag would have it: whoever sits at the computer may read and write; nobody else. */
  async function giveDevicesTo(user: number): Promise<void> {
    for (const node of ['dev/bus/usb/001/002', 'dev/hidraw2'])
      await chown(join(bed.folder, node), user, user);
  }

  /** Of the two devices, as systemd's udevadm reads the rules that are in force in the room. */
  function tagged(): readonly boolean[] {
    const hid = '1-1/1-1:1.0/0003:055C:E618.0002/hidraw/hidraw2';
    return ['1-1', hid].map((device) => {
      const shown = execFileSync(
        'unshare',
        [
          '-m',
          'sh',
          '-c',
          `mount -t tmpfs none /run && mount --bind ${room.folder}/etc/udev/rules.d /etc/udev/rules.d && exec udevadm test /sys/devices/${device} 2>&1`,
        ],
        { env: { ...bed.env, PATH: '/usr/bin:/bin' }, encoding: 'utf8' },
      );
      expect(shown).not.toMatch(/60-certificate-assistant\.rules:\d+ (Invalid|Unknown|Failed)/);
      return /^CURRENT_TAGS=.*:uaccess:/m.test(shown);
    });
  }

  it(
    'is named, given to the person who sits there by a rule, and taken back',
    { timeout: 90_000 },
    async () => {
      const broken = await permission();
      const before = tagged();
      const made = await ukey('repair', 'udev.rule', '--yes');
      const [rule, told, between] = [await readFile(rulePath(), 'utf8'), await room.told(), tagged()];
      await giveDevicesTo(NOBODY);
      const mended = await permission();
      const undone = await ukey('repair', '--undo', String(made.json['record']));
      await giveDevicesTo(0);

      expect(broken).toEqual({
        outcome: 'denied',
        facts: {
          devices: ['055c:e618'],
          vendors: ['龙脉 Longmai'],
          nodes: ['/dev/bus/usb/001/002', '/dev/hidraw2'],
        },
      });
      expect([before, between, tagged()]).toEqual([
        [false, false],
        [true, true],
        [false, false],
      ]);
      // It is not yet fine when the repair ends: the device is given by hand here.
      expect([made.code, mended.outcome, undone.code, (await permission()).outcome]).toEqual([
        10,
        'open',
        0,
        'denied',
      ]);
      expect([rule.includes('MODE'), await readdir(join(room.folder, 'etc/udev/rules.d'))]).toEqual([
        false,
        [],
      ]);
      expect(told).toContain('control --reload\n');
    },
  );

  it('is given whole or not at all when the window is killed after the administrator’s part', async () => {
    // Three steps put the record down; the fourth is on the way to its end, when the helper has done its part.
    const killed = await startUkey({ LD_PRELOAD: await buildDiskShim(), STEP_KILL_AFTER: '4' }, [
      ...['repair', 'udev.rule', '--yes'],
    ]);
    const made = [killed.code, (await readFile(rulePath(), 'utf8')).includes('uaccess')];
    const { json } = await ukey('repair', '--undo', 'list');
    const [{ id, state }] = json['records'] as [{ id: string; state: string }];
    const undone = await ukey('repair', '--undo', id);
    const left = await readdir(join(room.folder, 'etc/udev/rules.d'));
    expect([made, state, undone.code, left]).toEqual([[137, true], 'applied', 0, []]);
  });

  const ask = (request: unknown, ...args: readonly string[]) =>
    room.run(['pkexec', room.helper, ...args], {}, JSON.stringify(request));
  const rule = (facts: object) => ({
    apply: { id: ID, at: '2026-11-20T04:00:00.000Z', repairs: [{ repair: 'udev.rule', facts }] },
  });

  it('the package’s helper takes no arguments, no command and no path of whoever asks', async () => {
    const named = rule({ devices: ['055c:e618'] });
    const answers = [
      await ask({ run: ['/bin/sh', '-c', 'id'] }),
      await ask({ apply: { ...named.apply, repairs: [{ repair: 'sh', facts: {} }] } }),
      await ask(rule({ devices: ['../../../shadow'] })),
      await ask({ undo: '../../../etc/passwd' }),
    ];
    expect(
      answers.map(({ code, stdout }) => [
        code,
        (JSON.parse(stdout) as { error: { code: string } }).error.code,
      ]),
    ).toEqual([
      [1, 'request.invalid'],
      [1, 'request.invalid'],
      [1, 'repair.refused'],
      [1, 'request.invalid'],
    ]);
    expect([
      await ask(named, '--renderer-cmd-prefix=/bin/sh', 'x'),
      await readFile(join(room.folder, 'arguments'), 'utf8'),
    ]).toEqual([{ code: 0, stdout: '{"ok":true}\n', stderr: '' }, '--elevated-repair --no-sandbox\n']);
    expect(await ask({ undo: ID })).toMatchObject({ code: 0 });
  });

  it('is not given through a link or a file of somebody else', async () => {
    const target = join(home, 'target');
    await writeFile(target, 'mine\n');
    await symlink(target, rulePath());
    const linked = await ask(rule({ devices: ['055c:e618'] }));
    await rm(rulePath());
    await writeFile(rulePath(), 'mine\n');
    await chown(rulePath(), NOBODY, NOBODY);
    const foreign = await ask(rule({ devices: ['055c:e618'] }));
    const reasons = [linked, foreign].map(({ stdout }) => (JSON.parse(stdout) as { error: object }).error);
    const kept = [await readFile(target, 'utf8'), await readFile(rulePath(), 'utf8')];
    await rm(rulePath());
    expect([reasons, kept]).toEqual([
      ['link', 'owner'].map((reason) => ({
        code: 'repair.failed',
        path: `/etc/udev/rules.d/${RULE}`,
        reason,
      })),
      ['mine\n', 'mine\n'],
    ]);
  });

  it('the prompt says in Chinese what it is for, and nobody without leave gets anything', async () => {
    const shown = await room.run(
      ['pkaction', '--verbose', '--action-id', 'org.certificate-assistant.repair'],
      { LANG: 'zh_CN.UTF-8' },
    );
    const policy = await readFile(join(room.folder, 'actions/org.certificate-assistant.policy'), 'utf8');
    const other = await room.run(['pkexec', '/usr/bin/id'], {});
    expect([
      shown.code,
      /implicit active:\s+auth_admin$/m.test(shown.stdout),
      policy.includes('要按您刚才同意的内容修改系统设置'),
      other.code,
    ]).toEqual([0, true, true, 127]);
  });
});
