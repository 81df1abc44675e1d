import { describe, expect, it } from 'vitest';
import { defineCheck, fine, problem, type Answer } from '../../../core/environment/check.ts';
import type { Obstacle, Probe } from '../../../core/environment/probe.ts';
import { runChecks, type RunOptions } from './run-checks.ts';

type Given = Answer<'fine' | 'broken'> | Obstacle;

function question(id: string, answer: () => Promise<Given>, needs: readonly string[] = []) {
  return defineCheck({
    id,
    number: 1,
    ref: 'C-01',
    group: 'key',
    platforms: ['linux'],
    needs,
    blocksRenewal: false,
    outcomes: { fine, broken: problem() },
    run: answer,
  });
}

const well = () => Promise.resolve<Given>({ outcome: 'fine', facts: {} });
const badly = () => Promise.resolve<Given>({ outcome: 'broken', facts: {} });
const never = () => new Promise<Given>(() => undefined);

function run(checks: RunOptions['checks'], more: Partial<RunOptions> = {}) {
  const options = {
    checks,
    probe: {} as Probe,
    limitMs: 60_000,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    onBug: () => undefined,
  };
  return runChecks({ ...options, ...more });
}

const seen = (findings: Awaited<ReturnType<typeof runChecks>>) =>
  findings.map(({ id, status, outcome, facts }) => ({ id, status, outcome, facts }));

describe('running checks', () => {
  it('says what could not be asked, and goes on', async () => {
    const bugs: string[] = [];
    const findings = await run(
      [
        question('hangs', never),
        question('throws', () => Promise.reject(new Error('bug'))),
        question('lacks', () => Promise.resolve({ reason: 'toolMissing', what: 'certutil' })),
        question('works', well),
      ],
      { limitMs: 5, onBug: (check) => void bugs.push(check) },
    );
    expect({ findings: seen(findings), bugs }).toEqual({
      findings: [
        { id: 'hangs', status: 'unknown', outcome: 'timeout', facts: {} },
        { id: 'throws', status: 'unknown', outcome: 'threw', facts: {} },
        { id: 'lacks', status: 'unknown', outcome: 'toolMissing', facts: { what: 'certutil' } },
        { id: 'works', status: 'ok', outcome: 'fine', facts: {} },
      ],
      bugs: ['throws'],
    });
  });

  it('shows no answer whose ground is broken, and names the ground', async () => {
    const findings = await run([
      question('plug', badly),
      question('driver', well, ['plug']),
      question('token', well, ['driver']),
      question('clock', well),
    ]);
    expect(seen(findings).map(({ id, outcome, facts }) => [id, outcome, facts])).toEqual([
      ['plug', 'broken', {}],
      ['driver', 'waits', { because: 'plug' }],
      ['token', 'waits', { because: 'plug' }],
      ['clock', 'fine', {}],
    ]);
  });

  it('asks at once what can be asked at once', async () => {
    const asked: string[] = [];
    const both = new Promise<void>((resolve) => {
      const meet = async (name: string): Promise<Given> => {
        asked.push(name);
        if (asked.length === 2) resolve();
        await both;
        return { outcome: 'fine', facts: {} };
      };
      void run([question('a', () => meet('a')), question('b', () => meet('b'))]);
    });
    await both;
    expect(asked).toEqual(['a', 'b']);
  });

  it('tells how far it is, and stops when the person stops it', async () => {
    const controller = new AbortController();
    const told: string[] = [];
    const findings = await run(
      [question('quick', well), question('slow', never), question('later', well, ['slow'])],
      {
        signal: controller.signal,
        onProgress({ finding, done, total }) {
          told.push(`${finding.id} ${String(done)}/${String(total)}`);
          controller.abort();
        },
      },
    );
    expect({ told, outcomes: findings.map(({ outcome }) => outcome) }).toEqual({
      told: ['quick 1/3', 'slow 2/3', 'later 3/3'],
      outcomes: ['fine', 'cancelled', 'fine'],
    });
  });
});
