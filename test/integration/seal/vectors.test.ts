import { describe, expect, it } from 'vitest';
import expected from '../../fixtures/seal/expected.json' with { type: 'json' };
import { allSteps, certificatesIn, sealFixture, stepsThat, verify } from '../../support/seal/verification.ts';

interface Entry {
  readonly file: string;
  readonly exit: number;
  readonly at?: string;
  readonly cert?: string;
  readonly failing?: string;
}

const VERDICTS: Readonly<Record<number, string>> = { 0: 'valid', 11: 'invalid', 12: 'incomplete' };
const entries: readonly Entry[] = expected.verify;

describe('seals and documents made by others', () => {
  it.each(entries)('$file at $at is judged as their makers judge it', async (entry) => {
    const at = entry.at === undefined ? null : Date.parse(entry.at);
    const certificates = entry.cert === undefined ? [] : certificatesIn(sealFixture(entry.cert));
    const report = await verify(sealFixture(entry.file), { at, certificates });
    const failing = allSteps(report).find(({ status }) => status === 'failed');
    expect({ verdict: report.verdict, failing: failing?.step }, stepsThat(report, 'failed').join()).toEqual({
      verdict: VERDICTS[entry.exit],
      failing: entry.failing,
    });
  });
});
