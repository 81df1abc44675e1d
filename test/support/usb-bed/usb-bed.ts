// A USB bus made of files (umockdev), for a computer that has none. Programs that are to see it get `env`.

import { spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface UsbBed {
  readonly env: NodeJS.ProcessEnv;
  /** Holds its /sys and /dev. */
  readonly folder: string;
  /** Resolves once the system has told everybody. @param usbId `vid:pid` */
  attach(name: string, usbId: string, kind?: 'hid'): Promise<void>;
  detach(name: string): Promise<void>;
  dispose(): Promise<void>;
}

export async function createUsbBed(): Promise<UsbBed> {
  const script = fileURLToPath(new URL('./testbed.py', import.meta.url));
  // The distribution's own Python: another one has no GObject introspection.
  const bed = spawn('umockdev-wrapper', ['/usr/bin/python3', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = on(createInterface({ input: bed.stdout }), 'line', { close: ['close'] });
  const answer = async (): Promise<string> => {
    const next = await lines.next();
    if (next.done === true) throw new Error('umockdev ended');
    return String((next.value as readonly unknown[])[0]);
  };
  const folder = await answer();
  const command = async (...words: readonly string[]): Promise<void> => {
    bed.stdin.write(`${words.join(' ')}\n`);
    await answer();
  };
  return {
    folder,
    env: { ...process.env, UMOCKDEV_DIR: folder, LD_PRELOAD: 'libumockdev-preload.so.0' },
    attach: (name, usbId, kind) => command('attach', name, usbId, ...(kind === undefined ? [] : [kind])),
    detach: (name) => command('detach', name),
    async dispose() {
      const ended = once(bed, 'exit');
      bed.stdin.end();
      await ended;
    },
  };
}
