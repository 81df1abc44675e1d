import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { ForkUtility } from './electron-parts.ts';
import { createUtilityOpener } from './utility-channel.ts';

function rig() {
  const child = Object.assign(new EventEmitter(), {
    pid: undefined as number | undefined,
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    posted: [] as unknown[],
    postMessage: (message: unknown) => void child.posted.push(message),
  });
  const forked: unknown[] = [];
  const killed: number[] = [];
  const fork: ForkUtility = (...call) => {
    forked.push(call);
    return child;
  };
  const noise: string[] = [];
  const open = createUtilityOpener(fork, (pid) => killed.push(pid));
  const channel = open('/out/host.mjs', (text) => noise.push(text), { PATH: '/bin', EMPTY: undefined });
  const runs = (): void => {
    child.pid = 42;
    child.emit('spawn');
  };
  return { channel, child, forked, killed, noise, runs };
}

describe('a driver host as a utility process', () => {
  it('gets its variables, no flags of ours, and keeps its output away from ours', async () => {
    const { forked, child, noise } = rig();
    child.stderr.end('driver says hello');
    await new Promise((resolve) => child.stderr.once('end', resolve));
    expect([forked, noise]).toEqual([
      [['/out/host.mjs', [], { env: { PATH: '/bin' }, execArgv: [], stdio: 'pipe', serviceName: 'host' }]],
      ['driver says hello'],
    ]);
  });

  it('has a process id once it runs', () => {
    const { channel, runs } = rig();
    const before = channel.pid;
    runs();
    expect([before, channel.pid]).toEqual([null, 42]);
  });

  it('is spoken to, heard, and asked to end', () => {
    const { channel, child } = rig();
    const heard: unknown[] = [];
    channel.onMessage((message) => heard.push(message));
    channel.post({ request: 1 });
    channel.disconnect();
    child.emit('message', { id: 1 });
    expect([child.posted, heard]).toEqual([[{ request: 1 }, 'end'], [{ id: 1 }]]);
  });

  it('tells once that it is gone, also after V8 gave up, and gets nothing any more', () => {
    const { channel, child } = rig();
    let exits = 0;
    channel.onExit(() => (exits += 1));
    child.emit('error', 'FatalError');
    child.emit('exit', 5);
    child.emit('exit', 5);
    channel.post({ request: 1 });
    channel.disconnect();
    expect([exits, child.posted]).toEqual([1, []]);
  });

  it('is killed by its number when it is stuck', () => {
    const { channel, killed, runs } = rig();
    runs();
    channel.kill();
    expect(killed).toEqual([42]);
  });

  it('that is not wanted before it runs is killed as soon as it does', () => {
    const { channel, killed, runs } = rig();
    channel.kill();
    runs();
    expect(killed).toEqual([42]);
  });

  it('that has ended is not killed: its number may be another process by now', () => {
    const { channel, child, killed, runs } = rig();
    runs();
    child.emit('exit', 0);
    channel.kill();
    expect(killed).toEqual([]);
  });
});
