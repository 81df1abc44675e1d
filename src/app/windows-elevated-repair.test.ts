// The administrator's part on Windows, both sides of it in one process: who asks, and the helper that answers. Windows
// itself is a few tables; wine runs the built helper (test/peers/windows.test.ts).

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WindowsService } from '../core/environment/windows-probe.ts';
import type { WindowsSystem } from '../core/environment/windows-system.ts';
import { done, err, ok } from '../core/errors/result.ts';
import { createWindowsElevate, sha256 } from './adapters/os/windows-elevate.ts';
import { answerWindowsRepair } from './windows-elevated-repair.ts';

const ID = '20261120-040000-abcd';
const OFF: WindowsService = { state: 'stopped', start: 'disabled' };
const ANSWER = 'a'.repeat(32);
const apply = (repair: string, facts: object = {}) => ({
  apply: { id: ID, at: '2026-11-20T04:00:00.000Z', repairs: [{ repair, facts }] },
});

let folder: string;
let service: WindowsService;
let changeable: string[];
let environment: Record<string, { type: 'text'; value: string }>;
let isElevated: boolean;
let isForeignFolder: boolean;
let refusal: 'denied' | null;
let windows: WindowsSystem;
const drivers = { vendors: [], copies: async () => ok([]) };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'elevated-'));
  for (const name of ['ProgramData', 'data', 'program']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'program/helper.mjs'), '');
  [service, changeable, environment] = [OFF, [], {}];
  [isElevated, isForeignFolder, refusal] = [true, false, null];
  const answered: Partial<WindowsSystem> = {
    isElevated: async () => ok(isElevated),
    folder: async () => ok(join(folder, 'ProgramData')),
    async protectFolder(path) {
      if (isForeignFolder) return err({ reason: 'denied', what: path });
      mkdirSync(path, { recursive: true });
      return done;
    },
    mayChange: async (path) => ok(changeable.includes(path)),
    values: async () => ok(environment),
    keys: async () => ok([]),
    service: async () => ok(service),
    async setService(_name, to) {
      service = to;
      return done;
    },
    runElevated: async (_program, args) =>
      refusal === null
        ? ok(await answerWindowsRepair({ args: args.slice(1), windows, drivers }))
        : err({ reason: refusal, what: 'program' }),
  };
  windows = answered as WindowsSystem;
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const helper = (): string => join(folder, 'program/helper.mjs');
const elevate = () =>
  createWindowsElevate({
    program: { command: [process.execPath, helper()], files: [helper()] },
    windows,
    dataFolder: join(folder, 'data'),
  });

it('a named repair is planned and made by the helper, and taken back', async () => {
  expect(await elevate()(apply('time.synchronise') as never)).toEqual(done);
  const made = service;
  expect(await elevate()({ undo: ID })).toEqual(done);
  expect([made, service]).toEqual([{ state: 'running', start: 'manual' }, OFF]);
  // No request is left behind.
  expect(readdirSync(join(folder, 'data'))).toEqual([]);
});

describe('nobody is asked for rights', () => {
  const noHelper = (): void => rmSync(helper());
  const loaded = (): void => {
    environment = { NODE_OPTIONS: { type: 'text', value: '--require x' } };
  };
  const loose = (path: () => string) => (): void => void changeable.push(path());
  const program = () => join(folder, 'program');

  it.each([
    { title: 'where the helper can be changed by whoever asks', spoil: loose(helper), reason: helper },
    { title: 'where its folder can', spoil: loose(program), reason: program },
    {
      title: 'where the environment would load something into it',
      spoil: loaded,
      reason: () => 'NODE_OPTIONS',
    },
    { title: 'where it is not there', spoil: noHelper, reason: helper },
  ])('$title', async ({ spoil, reason }) => {
    spoil();
    expect(await elevate()(apply('time.synchronise') as never)).toEqual(
      err({ code: 'repair.unavailable', reason: reason() }),
    );
    expect(service).toEqual(OFF);
  });
});

it("a person who refuses in Windows' box is told so", async () => {
  refusal = 'denied';
  expect(await elevate()(apply('time.synchronise') as never)).toEqual(err({ code: 'repair.declined' }));
});

describe('the helper', () => {
  const ask = async (content: string, hash = sha256(content)) => {
    const file = join(folder, 'request.json');
    writeFileSync(file, content);
    const code = await answerWindowsRepair({ args: [file, hash, ANSWER], windows, drivers });
    const answer = join(folder, 'ProgramData/Certificate Assistant/answers', `${ANSWER}.json`);
    const said = code === 2 ? null : (JSON.parse(readFileSync(answer, 'utf8')) as unknown);
    return { code, said, service };
  };
  const request = JSON.stringify(apply('time.synchronise'));
  const invalid = { ok: false, error: { code: 'request.invalid', reason: 'repairs' } };

  it.each([
    ['what is not what was agreed to', request, sha256('other'), invalid],
    ['a command', JSON.stringify({ run: 'cmd.exe' }), undefined, invalid],
    ['a repair it does not know', JSON.stringify(apply('format.disk')), undefined, invalid],
    ['what is too long', 'x'.repeat(1024 * 1024 + 1), undefined, invalid],
    [
      "a repair of the person's own",
      JSON.stringify(apply('sites.trust')),
      undefined,
      { ok: false, error: { code: 'repair.notFound', wanted: 'sites.trust' } },
    ],
    [
      'facts that lead elsewhere',
      JSON.stringify(apply('skf.register', { modules: ['C:\\evil.dll'] })),
      undefined,
      {
        ok: false,
        error: { code: 'repair.refused', repair: 'skf.register', reason: 'facts', what: 'C:\\evil.dll' },
      },
    ],
  ])('refuses %s', async (_title, content, hash, said) => {
    expect(await ask(content, hash)).toEqual({ code: 1, said, service: OFF });
  });

  it.each([
    ['without the rights', 'isElevated'],
    ["where its folder is somebody else's", 'isForeignFolder'],
  ])('does nothing %s', async (_title, spoiled) => {
    if (spoiled === 'isElevated') isElevated = false;
    else isForeignFolder = true;
    expect(await ask(request)).toEqual({ code: 2, said: null, service: OFF });
  });

  it.each([[[]], [['file', 'hash', 'name']], [['file', sha256(''), '../../x']]])(
    'does nothing for arguments that are none of its: %j',
    async (args) => {
      expect(await answerWindowsRepair({ args, windows, drivers })).toBe(2);
    },
  );
});
