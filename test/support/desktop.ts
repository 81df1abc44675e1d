// The desktop application as a shell holds it, over the built driver host, in temporary folders.

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLog } from '../../src/app/adapters/log.ts';
import { createDesktop, type Desktop, type DesktopOptions } from '../../src/app/desktop/desktop.ts';
import type { ApplicationEvent, EventData, EventName } from '../../src/contract/events.ts';
import type { Answer, MethodInput, MethodName, MethodOutput } from '../../src/contract/methods.ts';
import { ok } from '../../src/core/errors/result.ts';

export interface DesktopBench {
  readonly desktop: Desktop;
  readonly dataDir: string;
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<Answer<MethodOutput<M>>>;
  /** The answer's value; throws the error. */
  must<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>>;
  /** The first event of that name that fits, from those heard already too. */
  heard<E extends EventName>(event: E, fits: (data: EventData<E>) => boolean): Promise<EventData<E>>;
  readonly events: readonly ApplicationEvent[];
  dispose(): Promise<void>;
}

export async function openDesktop(
  change: Partial<DesktopOptions> & { readonly dataDir?: string } = {},
): Promise<DesktopBench> {
  const folder = change.dataDir ?? (await mkdtemp(join(tmpdir(), 'desktop-')));
  const desktop = await createDesktop({
    dataDir: folder,
    drivers: [],
    findModules: false,
    hostPath: fileURLToPath(new URL('../../out/host.mjs', import.meta.url)),
    hostEnvironment: process.env,
    clock: { now: () => Date.now() },
    random: randomBytes,
    log: silentLog,
    version: '0.0.0',
    platform: 'linux',
    shell: {
      capabilities: {
        nativeNotices: false,
        tray: false,
        autostart: false,
        openPortal: true,
        openFolder: true,
        quit: false,
      },
      quit: null,
      openPortal: async () => ok(undefined),
      openFolder: async () => ok(undefined),
      setAutostart: async () => ok(undefined),
    },
    ...change,
  });
  const events: ApplicationEvent[] = [];
  const waiting = new Set<() => void>();
  desktop.onEvent((event) => {
    events.push(event);
    for (const look of waiting) look();
  });
  const bench: DesktopBench = {
    desktop,
    dataDir: folder,
    events,
    async call<M extends MethodName>(method: M, input: MethodInput<M>) {
      return (await desktop.router(method, input)) as Answer<MethodOutput<M>>;
    },
    async must(method, input) {
      const answer = await bench.call(method, input);
      if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
      return answer.value;
    },
    heard<E extends EventName>(name: E, fits: (data: EventData<E>) => boolean) {
      return new Promise<EventData<E>>((resolve) => {
        const look = (): void => {
          const found = events.findLast((one) => one.event === name && fits(one.data as EventData<E>));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found.data as EventData<E>);
        };
        waiting.add(look);
        look();
      });
    },
    async dispose() {
      await desktop.dispose();
      if (change.dataDir === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
  return bench;
}
