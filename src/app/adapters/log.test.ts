import { mkdtemp, readFile, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from './log.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const clock = { now: () => Date.parse('2026-11-20T09:00:00Z') };
const logFile = () => join(folder, 'assistant.log');

describe('the log', () => {
  it('shortens numbers and keeps of an error what support needs', async () => {
    const log = createLog({ folder, clock, level: 'info' });
    log.write('info', 'token.opened', {
      token: '91310000MA1K3XYZ89',
      path: `${homedir()}/a.pem`,
      renewal: '5f0c8a3e11223344',
      error: {
        code: 'certificate.subjectMismatch',
        expected: 'CN=张三',
        found: 'CN=李四',
        native: { call: 'C_Login', value: '0x000000a0', name: 'CKR_PIN_INCORRECT' },
      },
    });
    expect(JSON.parse(await readFile(logFile(), 'utf8'))).toEqual({
      at: '2026-11-20T09:00:00.000Z',
      level: 'info',
      event: 'token.opened',
      pid: process.pid,
      token: '…YZ89',
      path: '~/a.pem',
      renewal: '5f0c8a3e11223344',
      error: {
        code: 'certificate.subjectMismatch',
        number: 3010,
        native: { call: 'C_Login', value: '0x000000a0', name: 'CKR_PIN_INCORRECT' },
      },
    });
    expect(((await stat(logFile())).mode & 0o777).toString(8)).toBe('600');
  });

  it('drops what is below its level and echoes the rest', () => {
    const echoed: string[] = [];
    const log = createLog({ folder, clock, level: 'warn', echo: (line) => echoed.push(line) });
    log.write('info', 'a.dropped');
    log.write('warn', 'a.kept');
    expect(echoed.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual(['a.kept']);
  });

  it('keeps five files of bounded size', async () => {
    const log = createLog({ folder, clock, level: 'info' });
    for (let round = 0; round < 7; round += 1) {
      log.write('info', 'a.written', { count: round });
      await truncate(logFile(), 1024 * 1024);
    }
    log.write('info', 'a.written', { count: 7 });
    expect(await readdir(folder)).toEqual([
      'assistant.log',
      'assistant.log.1',
      'assistant.log.2',
      'assistant.log.3',
      'assistant.log.4',
    ]);
    expect(await readFile(logFile(), 'utf8')).toContain('"count":7');
  });

  it('that cannot be written stops nobody', async () => {
    await writeFile(join(folder, 'file'), '');
    const log = createLog({ folder: join(folder, 'file'), clock, level: 'info' });
    expect(() => log.write('error', 'a.lost')).not.toThrow();
  });
});
