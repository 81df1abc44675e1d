import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { END, openParentChannel } from './parent-channel.ts';

describe('a child of the application', () => {
  it.each(['forked by Node', 'as a utility process of Electron'])('%s answers and ends when told', (how) => {
    const posted: object[] = [];
    const heard: unknown[] = [];
    const events = new EventEmitter();
    const isUtility = how.includes('Electron');
    const parent = openParentChannel(
      isUtility
        ? { on: () => undefined, parentPort: Object.assign(events, { postMessage }) }
        : Object.assign(events, { connected: true, send: postMessage }),
    );
    function postMessage(message: object): void {
      posted.push(message);
    }

    parent.onMessage((message) => heard.push(message));
    parent.onEnd(() => heard.push('the end'));
    parent.post({ id: 1 });
    events.emit('message', isUtility ? { data: { start: 'driver' } } : { start: 'driver' });
    events.emit(isUtility ? 'message' : 'disconnect', { data: END });

    expect([posted, heard]).toEqual([[{ id: 1 }], [{ start: 'driver' }, 'the end']]);
  });

  it('says nothing to an application that is gone', () => {
    const posted: object[] = [];
    const gone = { connected: false, send: (message: object) => posted.push(message), on: () => undefined };
    openParentChannel(gone).post({ id: 1 });
    expect(posted).toEqual([]);
  });
});
