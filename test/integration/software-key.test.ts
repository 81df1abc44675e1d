// A software key in its real host, in trouble: killed, two writers, no space, no rights.

import { execFileSync, fork } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createHostedProvider, type HostedProvider } from '../../src/native/host/host-client.ts';
import { parseKeyFile, serialiseKeyFile } from '../../src/native/software/key-file.ts';
import { hostPath, hostSoftwareKey } from '../support/hosted.ts';
import {
  ADMIN_PIN,
  createSoftwareKeyBench,
  goodFile,
  NOT_LAST,
  PIN,
  secret,
  valueOf,
  type SoftwareKeyBench,
} from '../support/software-key.ts';

const done = { ok: true, value: undefined };
const refused = (error: unknown) => ({ ok: false, error });

let bench: SoftwareKeyBench;
const opened: HostedProvider[] = [];
beforeAll(async () => {
  bench = await createSoftwareKeyBench();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((provider) => provider.dispose()));
});
afterAll(() => bench.dispose());

function host(path: string): HostedProvider {
  const provider = hostSoftwareKey(path);
  opened.push(provider);
  return provider;
}

/** Resolves when `isSo` first holds; looks at every change in the folder of `path`. */
function untilChanged(path: string, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(dirname(path), () => {
      if (!isSo()) return;
      watcher.close();
      resolve();
    });
  });
}

const triesLeft = (path: string): number => {
  const parsed = parseKeyFile(readFileSync(path));
  return parsed.state === 'good' ? parsed.file.user.triesLeft : NaN;
};

/** Processor time of a process so far, in seconds (proc(5) stat, utime and stime in ticks of 1/100 s). */
function workOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

interface Killed {
  readonly answer: unknown;
  /** What the host had worked for this login when the try was counted. */
  readonly secondsOfWork: number;
}

/** Starts a login and kills its host as soon as the try is counted on the disk. */
async function killedWhileTrying(path: string, pin: string, acceptLastTry: boolean): Promise<Killed> {
  const provider = host(path);
  await provider.listTokens();
  const pid = provider.hostPid() ?? 0;
  const before = { tries: triesLeft(path), work: workOf(pid) };
  const counted = untilChanged(path, () => triesLeft(path) === before.tries - 1);
  const answer = provider.login(bench.token, secret(pin), { acceptLastTry });
  await counted;
  const secondsOfWork = workOf(pid) - before.work;
  process.kill(pid, 'SIGKILL');
  return { answer: await answer, secondsOfWork };
}

/** Lets any user PIN take some two seconds of work. */
function makeSlow(path: string): void {
  const file = goodFile(path);
  const kdf = { ...file.user.kdf, cost: 262_144, parallelism: 4 };
  writeFileSync(path, serialiseKeyFile({ ...file, user: { ...file.user, kdf } }));
}

describe('a host that is killed between counting a try and looking at the PIN', () => {
  it('has spent the try, although the PIN was right', async () => {
    const path = bench.fresh();
    const crashed = refused({ code: 'driver.crashed', module: path, call: 'login' });
    expect((await killedWhileTrying(path, PIN, false)).answer).toEqual(crashed);
    expect(triesLeft(path)).toBe(9);
    expect(await host(path).login(bench.token, secret(PIN), NOT_LAST)).toEqual(done);
    expect(triesLeft(path)).toBe(10);
  });

  it('gives no guesses beyond the count, however often it is killed', async () => {
    const path = bench.fresh(4);
    makeSlow(path);
    for (let guess = 4; guess >= 1; guess--) {
      const { secondsOfWork } = await killedWhileTrying(path, `00000${guess}`, true);
      // Stretching this key's PIN takes two seconds of work; when the try was counted it had not been done.
      expect(secondsOfWork).toBeLessThan(1);
    }
    const provider = host(path);
    expect(await provider.login(bench.token, secret(PIN), { acceptLastTry: true })).toEqual(
      refused({ code: 'pin.locked' }),
    );
    const unblocked = await provider.unblockPin(bench.token, secret(ADMIN_PIN), secret('246810'), NOT_LAST);
    // The slowed slot is a forgery, which shows as soon as a right PIN opens the file.
    expect(unblocked).toEqual(refused({ code: 'storage.damaged', path }));
  });
});

describe('a host that is killed while it writes', () => {
  // Each change of the folder is a step of the write: lock, temporary file, rename, backup, end of lock.
  it.each([1, 2, 3, 4, 6, 7, 8, 9, 10, 12, 14])(
    'at change %i of the folder leaves the old or the new content, and the key goes on',
    async (step) => {
      const path = bench.fresh();
      const provider = host(path);
      valueOf(await provider.login(bench.token, secret(PIN), NOT_LAST));
      valueOf(await provider.writeDataObject(bench.token, '印章', Buffer.from('old')));
      let seen = 0;
      const reached = untilChanged(path, () => ++seen === step);
      const answer = provider.writeDataObject(bench.token, '印章', Buffer.alloc(150_000, 'n'));
      await Promise.race([reached, answer]);
      process.kill(provider.hostPid() ?? 0, 'SIGKILL');
      await answer;

      const next = host(path);
      const size = valueOf(await next.listDataObjects(bench.token))[0]?.size;
      expect([3, 150_000]).toContain(size);
      valueOf(await next.login(bench.token, secret(PIN), NOT_LAST));
      valueOf(await next.writeDataObject(bench.token, '印章', Buffer.from('next')));
      expect(readdirSync(dirname(path)).sort()).toEqual([basename(path), `${basename(path)}.bak`]);
    },
  );
});

describe('two processes with one key', () => {
  it('lose nothing of what both write at once', async () => {
    const path = bench.fresh();
    const hosts = [host(path), host(path)];
    for (const provider of hosts) valueOf(await provider.login(bench.token, secret(PIN), NOT_LAST));
    const names = hosts.map((_, who) => Array.from({ length: 12 }, (__, index) => `${who}-${index}`));
    const answers = await Promise.all(
      hosts.flatMap((provider, who) =>
        (names[who] ?? []).map((name) => provider.writeDataObject(bench.token, name, Buffer.from(name))),
      ),
    );
    expect(answers).toEqual(answers.map(() => done));
    expect(
      goodFile(path)
        .data.map(({ name }) => name)
        .sort(),
    ).toEqual(names.flat().sort());
  });

  it('share one count of tries', async () => {
    const path = bench.fresh();
    const hosts = [host(path), host(path)];
    const answers = await Promise.all(
      hosts.map((provider) => provider.login(bench.token, secret('999999'), NOT_LAST)),
    );
    const left = answers.map((answer) =>
      !answer.ok && 'attemptsLeft' in answer.error ? answer.error.attemptsLeft : null,
    );
    expect(left.sort()).toEqual([8, 9]);
  });

  it('do not keep a PIN that the other one changed', async () => {
    const path = bench.fresh();
    const [one, other] = [host(path), host(path)];
    valueOf(await one.login(bench.token, secret(PIN), NOT_LAST));
    valueOf(await other.changePin(bench.token, secret(PIN), secret('246810'), NOT_LAST));
    expect(await one.login(bench.token, secret(PIN), NOT_LAST)).toEqual(
      refused({ code: 'pin.incorrect', attemptsLeft: 9 }),
    );
  });
});

describe('a key behind a symbolic link', () => {
  it('is written where it is, and the link stays a link', async () => {
    const path = bench.fresh();
    const link = `${path}.link`;
    symlinkSync(path, link);
    const provider = host(link);
    valueOf(await provider.login(bench.token, secret(PIN), NOT_LAST));
    valueOf(await provider.createContainer(bench.token, 'a1'));
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(goodFile(path).containers).toMatchObject([{ id: 'a1' }]);
  });
});

describe('a disk without space', () => {
  // The kernel's limit on file size stands in for a full disk: the write fails after its first bytes.
  const limit = (provider: HostedProvider, bytes: string) =>
    execFileSync('prlimit', ['--pid', String(provider.hostPid()), `--fsize=${bytes}`]);

  it('is named, and loses neither what was there nor the key', async () => {
    const path = bench.fresh();
    const provider = host(path);
    valueOf(await provider.login(bench.token, secret(PIN), NOT_LAST));
    valueOf(await provider.createContainer(bench.token, 'a1'));
    const before = readFileSync(path);
    limit(provider, '600:unlimited');
    const full = refused({ code: 'storage.full', path });
    expect(await provider.createContainer(bench.token, 'b2')).toEqual(full);
    expect(await provider.generateKeyPair(bench.token, 'a1', 'EC-P256', 'x')).toEqual(full);
    expect(await provider.deleteContainer(bench.token, 'a1')).toEqual(full);
    expect(await provider.changePin(bench.token, secret(PIN), secret('246810'), NOT_LAST)).toEqual(full);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(dirname(path)).sort()).toEqual([basename(path), `${basename(path)}.bak`]);
    limit(provider, 'unlimited:unlimited');
    valueOf(await provider.login(bench.token, secret(PIN), NOT_LAST));
    expect(await provider.createContainer(bench.token, 'b2')).toEqual(done);
  });

  it('tries no PIN whose try it cannot count', async () => {
    const path = bench.fresh();
    const provider = host(path);
    await provider.listTokens();
    limit(provider, '600:unlimited');
    expect(await provider.login(bench.token, secret(PIN), NOT_LAST)).toEqual(
      refused({ code: 'storage.full', path }),
    );
    expect(triesLeft(path)).toBe(10);
  });
});

describe('a folder without the right to write', () => {
  it('lets the key be read, and is named before a PIN is tried', async () => {
    const path = bench.fresh();
    // Root may write everywhere, so as root the host runs as nobody.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    if (nobody.uid !== undefined) {
      chownSync(path, nobody.uid, nobody.gid);
      chmodSync(bench.folder, 0o755);
    }
    chmodSync(dirname(path), 0o555);
    const provider = createHostedProvider({
      start: { kind: 'software', module: path },
      openChannel() {
        const child = fork(hostPath, [], { serialization: 'advanced', execArgv: [], ...nobody });
        return {
          pid: child.pid ?? null,
          post: (message) => void child.send(message),
          onMessage: (listener) => void child.on('message', listener),
          onExit: (listener) => void child.on('exit', listener),
          disconnect: () => child.disconnect(),
          kill: () => void child.kill('SIGKILL'),
        };
      },
    });
    opened.push(provider);
    expect(valueOf(await provider.listTokens())).toMatchObject([{ id: bench.token }]);
    expect(await provider.login(bench.token, secret(PIN), NOT_LAST)).toEqual(
      refused({ code: 'storage.readOnly', path }),
    );
    expect(triesLeft(path)).toBe(10);
    expect(existsSync(`${path}.lock`)).toBe(false);
    chmodSync(dirname(path), 0o755);
  });
});
