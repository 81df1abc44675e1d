import { expect, it } from 'vitest';
import { certificate, token } from '../../../test/support/window/states.ts';
import { ok } from '../../core/errors/result.ts';
import type { NoticeEvent } from '../../core/notice/event-notice.ts';
import type { OpenAccompaniment } from '../services/accompany/report.ts';
import { createAccompanyNotices } from './accompany-notices.ts';

const [OLD, NEW] = ['a1'.repeat(32), 'c3'.repeat(32)];
const open: OpenAccompaniment = {
  ...{ id: '0123456789abcdef', startedAt: '2026-11-20T01:00:00Z', token: 'key-1', tokenLabel: '财务' },
  ...{ certificate: null, profile: { id: 'sdca-non-tax', name: '山东CA' }, known: [OLD] },
};

it('tells once that it waits and once that the CA has written, and again when the key comes back', async () => {
  const told: NoticeEvent[] = [];
  const consider = createAccompanyNotices({
    service: async () => ok({ list: async () => ok([open]) }),
    isFollowed: () => false,
    tell: (event) => told.push(event),
  });
  const holding = (...hashes: readonly string[]) => ({
    tokens: [token({ certificates: hashes.map((sha256) => certificate({ sha256 })) })],
  });
  for (const seen of [holding(OLD), holding(OLD), holding(OLD, NEW), { tokens: [] }, holding(OLD, NEW)]) {
    await consider(seen);
  }
  const { id, tokenLabel } = open;
  const event = (state: 'open' | 'written') => ({
    ...{ type: 'accompaniment', id, certificate: null, tokenLabel, state },
  });
  expect(told).toEqual([event('open'), event('written'), event('written')]);
});

it('says nothing where nothing waits, where it is open in the window, or where it cannot be read', async () => {
  const told: NoticeEvent[] = [];
  const rest = { isFollowed: () => true, tell: (event: NoticeEvent) => void told.push(event) };
  await createAccompanyNotices({ service: async () => ok({ list: async () => ok([]) }), ...rest })({
    tokens: [token()],
  });
  await createAccompanyNotices({ service: async () => ok({ list: async () => ok([open]) }), ...rest })({
    tokens: [token({ certificates: [certificate({ sha256: OLD })] })],
  });
  await createAccompanyNotices({
    service: async () => ({ ok: false, error: { code: 'storage.readOnly', path: '/data' } }),
    ...rest,
  })({ tokens: [token()] });
  expect(told).toEqual([]);
});
