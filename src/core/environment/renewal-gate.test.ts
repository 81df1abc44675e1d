import { describe, expect, it } from 'vitest';
import { CHECKS } from './all-checks.ts';
import { finding } from './check.ts';
import { gateChecks, obstaclesAmong, type Undertaking } from './renewal-gate.ts';

describe('what is asked before a renewal', () => {
  it.each<[Undertaking, readonly string[]]>([
    [
      'renew',
      [
        ...['key.reading', 'certificate.present', 'certificate.privateKey', 'certificate.revocation'],
        ...['system.clock', 'system.disk', 'network.hosts'],
      ],
    ],
    ['enrol', ['key.reading', 'system.clock', 'system.disk', 'network.hosts']],
    ['resume', ['system.disk']],
  ])('%s', (to, asked) => {
    expect(gateChecks(CHECKS, to)).toEqual(asked);
  });

  it('stands in the way as a problem only: advice, and what is answered otherwise, do not', () => {
    const found = (id: string, outcome: string) => {
      const check = CHECKS.find((one) => one.id === id);
      return check === undefined ? [] : [finding(check, { outcome, facts: {} }, 1)];
    };
    const findings = [
      ...found('key.count', 'several'),
      ...found('key.physical', 'absent'),
      ...found('system.clock', 'off'),
      ...found('system.disk', 'full'),
    ];
    const obstacles = obstaclesAmong(findings, gateChecks(CHECKS, 'renew'));
    expect(obstacles.map(({ id }) => id)).toEqual(['system.disk']);
  });
});
