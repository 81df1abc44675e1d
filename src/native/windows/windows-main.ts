// Entry of the Windows child: asks Windows for what the application wants to know, one question at a time. Where a
// library of Windows hangs or crashes, this process does and no other. It loads no driver and touches no key.

import type { WindowsSystem } from '../../core/environment/windows-system.ts';
import { openParentChannel } from '../host/parent-channel.ts';
import { openWindowsSystem } from './open.ts';
import { isWindowsRequest, type WindowsRequest, type WindowsResponse } from './protocol.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const parent = openParentChannel(process);
let system: Promise<WindowsSystem> | null = null;
let last: Promise<void> = Promise.resolve();

parent.onMessage((message) => {
  if (isWindowsRequest(message)) last = last.then(() => answer(message));
});
parent.onEnd(() => void last.then(() => process.exit(0)));

async function answer({ id, call, args }: WindowsRequest): Promise<void> {
  const response: WindowsResponse = await run(call, args).then(
    (result) => ({ id, result }),
    (thrown: unknown) => ({ id, result: null, bug: String(thrown instanceof Error ? thrown.stack : thrown) }),
  );
  parent.post(response);
}

async function run(call: WindowsRequest['call'], args: readonly unknown[]): Promise<unknown> {
  system ??= openWindowsSystem();
  const work = (await system)[call] as (...values: readonly unknown[]) => Promise<unknown>;
  return work(...args);
}
