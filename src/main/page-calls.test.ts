import { describe, expect, it } from 'vitest';
import { createFakeElectron, fakeContents } from '../../test/support/fake-electron.ts';
import type { CallEvent } from './electron-parts.ts';
import { answerPage, tellPage } from './page-calls.ts';

const EVENT = { event: 'notice.closed', data: { id: 1 } } as const;

function rig() {
  const asked: unknown[] = [];
  const refused: string[] = [];
  const electron = createFakeElectron();
  const router = async (method: unknown, input: unknown) => {
    asked.push([method, input]);
    return { ok: true, value: 1 } as const;
  };
  answerPage(
    electron.parts.ipc,
    async () => router,
    () => refused.push('ipc'),
  );
  return { electron, asked, refused };
}

describe('a call over IPC', () => {
  it('is answered to our own page', async () => {
    const { electron, asked, refused } = rig();
    const event = { senderFrame: { url: 'app://assistant/#/keys', parent: null } };
    expect(await electron.call(event, 'token.list', {})).toEqual({ ok: true, value: 1 });
    expect([asked, refused]).toEqual([[['token.list', {}]], []]);
  });

  it.each<[string, CallEvent['senderFrame']]>([
    ['another page', { url: 'https://evil.example/', parent: null }],
    ['a host that begins like ours', { url: 'app://assistant.evil/', parent: null }],
    ['a frame inside our page', { url: 'app://assistant/', parent: {} }],
    ['an empty page', { url: 'about:blank', parent: null }],
    ['a frame that is gone', null],
  ])('gets nothing from %s', async (_who, senderFrame) => {
    const { electron, asked, refused } = rig();
    expect(await electron.call({ senderFrame }, 'token.list', {})).toBeNull();
    expect([asked, refused]).toEqual([[], ['ipc']]);
  });
});

describe('an event', () => {
  it.each<[string, readonly unknown[]]>([
    ['app://assistant/', [['event', EVENT]]],
    ['https://evil.example/', []],
    ['', []],
  ])('is told to the page at %j: %j', (address, sent) => {
    const contents = fakeContents(address);
    tellPage(contents, EVENT);
    expect(contents.sent).toEqual(sent);
  });

  it('is not told to a page that is gone', () => {
    const contents = { ...fakeContents('app://assistant/'), isDestroyed: () => true };
    tellPage(contents, EVENT);
    expect(contents.sent).toEqual([]);
  });
});
