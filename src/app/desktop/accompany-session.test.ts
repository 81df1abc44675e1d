import { describe, expect, it } from 'vitest';
import { Secret } from '../../contract/secret.ts';
import type { AccompanyView } from '../../contract/views/accompany-views.ts';
import { err, ok } from '../../core/errors/result.ts';
import type { PinStatus, Token } from '../../core/token/token.ts';
import type { AccompanyDialogue } from '../services/accompany/dialogue.ts';
import type { AccompanyReport } from '../services/accompany/report.ts';
import { findingViewOf } from './finding-view.ts';
import { startAccompanySession, type AccompanySessionDeps } from './accompany-session.ts';

const BEGINNING = { id: null, token: 't1', tokenLabel: 'UKey', certificate: null, profile: 'neutral' };
const COUNT = { signing: 1, encryption: 1, keys: 2, seals: 0 };
const REPORT = {
  verdict: 'renewed',
  steps: [],
  before: { count: COUNT, certificate: null },
  after: { count: COUNT, certificates: [] },
  isOpen: false,
} as unknown as AccompanyReport;

/** A session whose service does what the test says; pauses last until something ends them. */
function session(run: (dialogue: AccompanyDialogue) => Promise<unknown>) {
  const views: AccompanyView[] = [];
  const deps: AccompanySessionDeps = {
    id: 1,
    onChange: (view) => views.push(view),
    pause() {
      let end = (): void => undefined;
      const over = new Promise<void>((resolve) => {
        end = resolve;
      });
      return { over, end: () => end() };
    },
    async run(dialogue) {
      await run(dialogue);
      return ok(REPORT);
    },
    viewFinding: (found) => findingViewOf(found, 'zh-CN'),
    reportBug: () => 'bug',
  };
  return { views, started: startAccompanySession(BEGINNING, deps) };
}

describe('an accompanied renewal in the window', () => {
  it('takes the bid, its advice and the wish to be reminded in one answer', async () => {
    const heard: unknown[] = [];
    const { started } = session(async (dialogue) => {
      heard.push(await dialogue.askBids(), await dialogue.confirmAdvice('renewAfterOpening'));
    });
    const opening = { at: '2026-11-28T01:30:00Z', uploaded: 'notUploaded' } as const;
    started.answer(1, { kind: 'bids', opening, remindAfter: true, agreed: false });
    await started.over;
    expect(heard).toEqual([
      { opening: Date.parse(opening.at), uploaded: 'notUploaded', remindAfter: true },
      false,
    ]);
  });

  it('does not go on where nobody said that no bid is open', async () => {
    const heard: unknown[] = [];
    const { started } = session(async (dialogue) => heard.push(await dialogue.askBids()));
    started.answer(1, { kind: 'bids', opening: null, remindAfter: false, agreed: false });
    await started.over;
    expect(heard).toEqual([null]);
  });

  it('answers each question once and wipes a PIN nobody asked for', async () => {
    const { started } = session((dialogue) => dialogue.confirmFindings([]));
    const pin = new Secret('123456');
    const refused = err({ code: 'request.invalid', reason: 'accompany.answer question' });
    expect(started.answer(1, { kind: 'pin', pin, acceptLastTry: false })).toEqual(refused);
    expect(pin.take()).toEqual(new Uint8Array());
    started.answer(1, { kind: 'findings', agreed: true });
    expect(started.answer(1, { kind: 'findings', agreed: true })).toEqual(refused);
    await started.over;
  });

  it('hands the PIN on as bytes and shows it nowhere', async () => {
    const heard: unknown[] = [];
    const { started, views } = session(async (dialogue) => {
      const question = { token: {} as Token, status: {} as PinStatus, previous: null };
      heard.push(await dialogue.askPin(question));
    });
    started.answer(1, { kind: 'pin', pin: new Secret('secret-pin'), acceptLastTry: false });
    await started.over;
    expect(heard).toEqual([{ pin: new TextEncoder().encode('secret-pin'), acceptLastTry: false }]);
    expect(JSON.stringify(views)).not.toContain('secret-pin');
  });

  it('looks again when hurried, judges when told that all is written, and leaves when told to', async () => {
    const heard: unknown[] = [];
    const { started } = session(async (dialogue) => {
      for (let looks = 0; looks < 3; looks += 1) heard.push(await dialogue.nextLook());
    });
    started.look(false);
    await Promise.resolve();
    await Promise.resolve();
    started.look(true);
    await Promise.resolve();
    await Promise.resolve();
    started.stop();
    await started.over;
    expect(heard).toEqual(['look', 'judge', 'stop']);
  });

  it('shows where it is until the result, and an unexpected end as a bug with its number', async () => {
    const { started, views } = session(async ({ progress }) => {
      progress({ stage: 'record', id: '0123456789abcdef', count: COUNT });
      progress({ stage: 'wait', look: { kind: 'absent', error: { code: 'token.none' } } });
      throw new Error('unexpected');
    });
    await started.over;
    expect(views.map(({ stage }) => stage)).toEqual(['record', 'portal', 'portal']);
    expect(started.view.outcome).toEqual({
      kind: 'stopped',
      error: { code: 'internal.unexpected', incident: 'bug' },
      resumable: true,
    });
  });
});
