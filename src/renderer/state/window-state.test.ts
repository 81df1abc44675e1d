import { describe, expect, it } from 'vitest';
import { scriptedPage } from '../../../test/support/window/scripted-page.ts';
import { application, notice, snapshot, token } from '../../../test/support/window/states.ts';
import type { Connection } from '../api/page-wire.ts';
import { openAssistant } from './window-state.ts';

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('what the page knows', () => {
  it('is read when it opens and replaced whole by events', async () => {
    const { wire, tell } = scriptedPage({ notices: [notice()] });
    const { store } = openAssistant(wire);
    await settled();
    expect(store.getState().tokens).toEqual(snapshot());
    const other = snapshot({ tokens: [token({ id: 'key-2' })] });
    tell({ event: 'tokens.changed', data: other });
    tell({ event: 'notice.shown', data: notice({ id: 2 }) });
    tell({ event: 'notice.closed', data: { id: 1 } });
    const { tokens, notices } = store.getState();
    expect([tokens, notices]).toEqual([other, [notice({ id: 2 })]]);
  });

  it('is read again when the wire was cut and is there again', async () => {
    const page = scriptedPage();
    const connections: ((connection: Connection) => void)[] = [];
    const reads: string[] = [];
    const { store } = openAssistant({
      ...page.wire,
      call: (method, input) => {
        reads.push(method);
        return page.wire.call(method, input);
      },
      onConnection: (listener) => {
        connections.push(listener);
        return () => undefined;
      },
    });
    expect(reads).toEqual([]);
    connections[0]?.('lost');
    expect(store.getState().connection).toBe('lost');
    connections[0]?.('connected');
    expect(reads).toContain('token.list');
    await settled();
    expect(store.getState().application).toEqual(application());
  });

  it('forgets the notices of a rehearsal when it ends', async () => {
    const practice = { isOn: true, pin: '12345678' };
    const { wire, tell } = scriptedPage({ application: application({ practice }) });
    const { store } = openAssistant(wire);
    await settled();
    tell({ event: 'notice.shown', data: notice() });
    tell({ event: 'application.changed', data: application({ practice }) });
    expect(store.getState().notices).toHaveLength(1);
    tell({ event: 'application.changed', data: application() });
    expect(store.getState().notices).toEqual([]);
  });
});
