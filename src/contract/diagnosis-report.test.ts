import { describe, expect, it } from 'vitest';
import type { Finding } from '../core/environment/check.ts';
import { verdictOf } from '../core/environment/order.ts';
import { writeReport } from './diagnosis-report.ts';

const found: Finding = {
  ...{ id: 'certificate.revocation', ref: 'C-14', group: 'certificate', layer: 'certificate' },
  ...{ status: 'problem', outcome: 'revoked', blocksRenewal: true, repair: null, ms: 12 },
  facts: {
    holder: ['张三'],
    serials: ['4A0F1122334455'],
    since: '2026-11-01T00:00:00.000Z',
    reason: null,
    source: 'ocsp',
  },
};
const locked: Finding = {
  ...{ id: 'driver.loads', ref: 'C-09', group: 'key', layer: 'module' },
  ...{ status: 'problem', outcome: 'fails', blocksRenewal: true, repair: null, ms: 3 },
  facts: {
    ...{ module: '/home/zhangsan/lib/driver.so', modules: [], code: 'driver.failed' },
    native: 'C_Initialize CKR_GENERAL_ERROR',
  },
};
const findings = [locked, found];
const content = {
  ...{ version: '0.1.0', at: '2026-11-20T04:00:00.000Z', platform: 'linux x64', home: '/home/zhangsan' },
  ...{ code: '413702', verdict: verdictOf(findings), findings },
  repairs: [
    {
      id: '20261119-010203-abcd',
      at: '2026-11-19T01:02:03.000Z',
      state: 'applied',
      repairs: ['hosts.clean'],
    },
  ],
  sealTests: [
    {
      ...{ at: '2026-11-19T02:00:00.000Z', tokenLabel: '张三的锁', hasPassed: false },
      steps: [
        { step: 'sign', status: 'ok' as const, number: null },
        { step: 'seal.usable', status: 'failed' as const, number: 6004 },
      ],
    },
  ],
  timeline: [
    { at: '2026-11-19T01:00:00.000Z', event: 'command.failed', details: ['error={"code":"token.removed"}'] },
  ],
};

describe('the report', () => {
  it('tells the hotline layer, code, native answer and what was done', () => {
    const { text } = writeReport(content, 'ca');
    expect([
      text.includes('413702'),
      text.includes('驱动：不能正常工作'),
      text.includes('C_Initialize CKR_GENERAL_ERROR'),
      text.includes('4A0F1122334455'),
      text.includes('token.removed'),
      text.includes('hosts.clean'),
      text.includes('张三的锁'),
      text.includes('印章可以和当前证书一起使用 6004'),
    ]).toEqual([true, true, true, true, true, true, true, true]);
  });

  it('in public names neither person nor key nor home', () => {
    const { text, json } = writeReport(content, 'public');
    const all = text + JSON.stringify(json);
    expect(['张三', '4A0F1122334455', 'zhangsan'].filter((word) => all.includes(word))).toEqual([]);
    expect(all).toContain('C_Initialize CKR_GENERAL_ERROR');
  });
});
