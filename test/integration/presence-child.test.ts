// The presence child as a real process: on a USB bus made by umockdev, without a bus, without its packages.

import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChildChannel } from '../../src/native/host/child-channel.ts';
import { forkChild } from '../../src/native/host/fork-channel.ts';
import { createPresenceClient } from '../../src/native/presence/presence-client.ts';
import type { PresenceMessage } from '../../src/native/presence/protocol.ts';
import { hostPath } from '../support/hosted.ts';
import { createUsbBed, type UsbBed } from '../support/usb-bed/usb-bed.ts';

const program = join(dirname(hostPath), 'presence.mjs');
const KEY = '055c:e618';

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function startChild(
  options: { program?: string; env?: NodeJS.ProcessEnv; folders?: readonly string[] } = {},
) {
  const heard: PresenceMessage[] = [];
  const waiting = new Set<() => void>();
  const client = createPresenceClient({
    openChannel: () => forkChild(options.program ?? program, () => undefined, options.env),
    onMessage(message) {
      heard.push(message);
      for (const look of waiting) look();
    },
    onLost: () => undefined,
  });
  client.watch(options.folders ?? []);
  endings.push(client.dispose);
  /** The first message from now on that fits. */
  const next = (fits: (message: PresenceMessage) => boolean): Promise<PresenceMessage> => {
    const from = heard.length;
    return new Promise((resolve) => {
      const look = (): void => {
        const found = heard.slice(from).find(fits);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
    });
  };
  const started = () => next(({ kind }) => kind === 'started');
  return { client, heard, next, started };
}

async function usbBed(): Promise<UsbBed> {
  const bed = await createUsbBed();
  endings.push(bed.dispose);
  return bed;
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'presence-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('the presence child on a USB bus', () => {
  it('tells what is there, what is plugged in and what is pulled', async () => {
    const bed = await usbBed();
    await bed.attach('1-1', '096e:0303');
    const child = startChild({ env: bed.env });
    const started = await child.started();
    const plugged = child.next(({ kind }) => kind === 'devices');
    await bed.attach('1-2', KEY);
    const withBoth = await plugged;
    const pulled = child.next(({ kind }) => kind === 'devices');
    await bed.detach('1-1');
    expect([started, withBoth, await pulled]).toEqual([
      { kind: 'started', devices: ['096e:0303'], facts: { usbProblem: null, hidProblem: null } },
      { kind: 'devices', devices: ['096e:0303', KEY] },
      { kind: 'devices', devices: [KEY] },
    ]);
  });

  it('tells two equal keys apart', async () => {
    const bed = await usbBed();
    const child = startChild({ env: bed.env });
    await child.started();
    for (const name of ['1-1', '1-2']) {
      const told = child.next(({ kind }) => kind === 'devices');
      await bed.attach(name, KEY);
      await told;
    }
    const pulled = child.next(({ kind }) => kind === 'devices');
    await bed.detach('1-2');
    expect(await pulled).toEqual({ kind: 'devices', devices: [KEY] });
  });

  it('is started again when it was killed, and knows then what was plugged in meanwhile', async () => {
    const bed = await usbBed();
    const child = startChild({ env: bed.env });
    await child.started();
    const pid = child.client.childPid();
    const again = child.started();
    if (pid === null) throw new Error('no child');
    process.kill(pid, 'SIGKILL');
    await bed.attach('1-1', KEY);
    expect(await again).toMatchObject({ devices: [KEY] });
    expect(child.client.childPid()).not.toBe(pid);
  });
});

describe('the presence child of an application that ends', () => {
  it.each([
    ['before it has started', () => Promise.resolve()],
    ['later', (child: ChildChannel) => new Promise<void>((resolve) => child.onMessage(() => resolve()))],
  ])('%s ends too', async (_title, wait) => {
    const child = forkChild(program, () => undefined);
    const ended = new Promise<void>((resolve) => child.onExit(resolve));
    await wait(child);
    child.disconnect();
    await ended;
  });
});

describe('the presence child where something is missing', () => {
  it('works where there is no USB bus', async () => {
    // Of this bed nothing was ever attached: there is no /sys/bus/usb in it.
    const bed = await usbBed();
    const child = startChild({ env: bed.env });
    expect(await child.started()).toMatchObject({ kind: 'started', devices: [] });
  });

  it('says that usb and node-hid are not installed, and still watches key files', async () => {
    const folder = await temporaryFolder();
    const bare = join(folder, 'bare');
    const keys = join(folder, 'keys');
    await mkdir(bare);
    await mkdir(keys);
    await cp(program, join(bare, 'presence.mjs'));
    await cp(join(dirname(program), 'chunks'), join(bare, 'chunks'), { recursive: true });
    const child = startChild({ program: join(bare, 'presence.mjs'), folders: [keys] });
    const started = await child.started();
    const told = child.next(({ kind }) => kind === 'folder');
    await writeFile(join(keys, 'a.ukey'), '');
    expect([started, await told]).toEqual([
      {
        kind: 'started',
        devices: [],
        facts: {
          usbProblem: expect.stringContaining("Cannot find package 'usb'") as string,
          hidProblem: expect.stringContaining("Cannot find package 'node-hid'") as string,
        },
      },
      { kind: 'folder', folder: keys },
    ]);
  });
});

describe('a folder of key files', () => {
  it('is told of when a key file comes, is replaced and goes', async () => {
    const keys = await temporaryFolder();
    const child = startChild({ folders: [keys] });
    await child.next(({ kind }) => kind === 'folder');
    const file = join(keys, 'a.ukey');
    const steps = [
      () => writeFile(file, '1'),
      async () => {
        await writeFile(`${file}.new`, '2');
        await rename(`${file}.new`, file);
      },
      () => rm(file),
    ];
    for (const step of steps) {
      const told = child.next(({ kind }) => kind === 'folder');
      await step();
      expect(await told).toEqual({ kind: 'folder', folder: keys });
    }
  });

  it('is not told of for files that are no keys', async () => {
    const [keys, other] = [await temporaryFolder(), await temporaryFolder()];
    const child = startChild({ folders: [keys, other] });
    const isOf = (folder: string) => (message: PresenceMessage) =>
      message.kind === 'folder' && message.folder === folder;
    await Promise.all([child.next(isOf(keys)), child.next(isOf(other))]);
    const before = child.heard.length;
    const told = child.next(isOf(other));
    await writeFile(join(keys, 'notes.txt'), '');
    await writeFile(join(keys, 'a.ukey.lock-1'), '');
    // The system tells in order: when this is known, the others would be.
    await writeFile(join(other, 'b.ukey'), '');
    await told;
    expect(child.heard.slice(before).filter(isOf(keys))).toEqual([]);
  });

  it('may come later, and be replaced by another of its name', async () => {
    const folder = await temporaryFolder();
    const keys = join(folder, 'keys');
    const child = startChild({ folders: [keys] });
    await child.started();
    for (const content of ['first', 'second']) {
      const came = child.next(({ kind }) => kind === 'folder');
      await mkdir(keys);
      await came;
      const told = child.next(({ kind }) => kind === 'folder');
      await writeFile(join(keys, 'a.ukey'), content);
      await told;
      await rename(keys, join(folder, content));
    }
    expect(child.client.childPid()).not.toBeNull();
  });
});
