// The built helper of the administrator's part, killed by SIGKILL after each durable step of a repair of several
// files, and on a disk that is full in the middle: the next start leaves all of it or nothing. udevadm is scripted.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDiskShim } from '../../support/disk-faults/build-shim.ts';
import { createPolkitRoom, noRoom, type PolkitRoom } from '../../support/polkit-room/polkit-room.ts';
import { createUsbBed, type UsbBed } from '../../support/usb-bed/usb-bed.ts';

const helper = fileURLToPath(new URL('../../../out/elevated-repair.mjs', import.meta.url));
const HOSTS = '127.0.0.1 localhost\n10.9.9.9 wt.szca.com\n';
const HOLDS_RECORDS = '/var/lib/certificate-assistant/repairs';
const RULES = 'udev/rules.d';
const FOLDERS = ['.', RULES];
const RECORD = '20261120-040000-abcd';
const REQUEST = {
  apply: {
    id: RECORD,
    at: '2026-11-20T04:00:00.000Z',
    repairs: [
      { repair: 'hosts.clean', facts: { hosts: ['wt.szca.com'] } },
      { repair: 'udev.rule', facts: { devices: ['055c:e618'] } },
    ],
  },
};

let room: PolkitRoom;
let bed: UsbBed;
let shim = '';

describe.runIf(noRoom() === null)('a repair of several files of the system', () => {
  beforeAll(async () => {
    [bed, shim] = await Promise.all([createUsbBed(), buildDiskShim()]);
    await bed.attach('1-1', '055c:e618');
    room = await createPolkitRoom(bed.folder, 'false');
    await writeFile(join(room.folder, 'etc/hosts'), HOSTS);
  });
  afterAll(async () => {
    await Promise.all([room.dispose(), bed.dispose()]);
  });

  const ask = async (request: unknown, env: NodeJS.ProcessEnv = {}) => {
    const said = await room.runAsRoot([process.execPath, helper], env, JSON.stringify(request));
    return said.stdout === '' ? null : (JSON.parse(said.stdout) as { ok: boolean; error?: { code: string } });
  };
  /** Whatever is asked, it first takes back what was interrupted. */
  const startAgain = () => ask({ undo: '20260101-000000-0000' });

  /** Every name in the folders, and what is in the files that matter. */
  async function seen() {
    const names = await Promise.all(FOLDERS.map((folder) => readdir(join(room.folder, 'etc', folder))));
    const read = (path: string) => readFile(join(room.folder, 'etc', path), 'utf8').catch(() => null);
    return {
      names,
      files: await Promise.all(['hosts', `${RULES}/60-certificate-assistant.rules`].map(read)),
    };
  }

  async function stateOfRecord() {
    const path = join(room.folder, 'var-lib/certificate-assistant/repairs', `${RECORD}.json`);
    const text = await readFile(path, 'utf8').catch(() => null);
    return text === null ? null : (JSON.parse(text) as { state: string }).state;
  }

  it('is made whole or taken back, wherever its program is killed', { timeout: 120_000 }, async () => {
    const before = await seen();
    const trace = join(room.folder, 'trace');
    const shimmed = { LD_PRELOAD: shim };
    expect(await ask(REQUEST, { ...shimmed, STEP_TRACE: trace })).toEqual({ ok: true });
    const after = await seen();
    expect(await ask({ undo: RECORD })).toEqual({ ok: true });
    expect(await seen()).toEqual(before);
    const steps = (await readFile(trace, 'utf8')).trim().split('\n');

    const outcomes: (string | null)[] = [];
    for (const index of steps.keys()) {
      expect(await ask(REQUEST, { ...shimmed, STEP_KILL_AFTER: String(index + 1) })).toBeNull();
      await startAgain();
      const state = await stateOfRecord();
      outcomes.push(state);
      expect([index, await seen()]).toEqual([index, state === 'applied' ? after : before]);
      if (state === 'applied') await ask({ undo: RECORD });
    }
    // Before the record is there nothing has changed; after its last rename all has.
    expect([...new Set(outcomes)]).toEqual(['undone', 'applied']);
    expect(steps.length).toBeGreaterThan(11);
  });

  it.each([
    ['for the second of its files', `/etc/${RULES}`],
    ['for its record', HOLDS_RECORDS],
  ])('changes nothing when the disk is full %s', async (_, folder) => {
    const before = await seen();
    const fill = 'mkdir -p $0 && mount -t tmpfs -o size=4k none $0 && head -c 4096 /dev/zero > $0/full';
    await room.runAsRoot(['sh', '-c', fill, folder], {}, '');
    const answer = await ask(REQUEST);
    await room.runAsRoot(['umount', folder], {}, '');
    expect([answer?.error?.code, await seen()]).toEqual(['storage.full', before]);
  });
});
