import { describe, expect, it } from 'vitest';
import { createClient, type Wire } from './client.ts';

const silent: Wire = { call: () => Promise.resolve(null), onEvent: () => () => undefined };

describe('the client of the contract', () => {
  it('sends name and input and answers what came back', async () => {
    const sent: unknown[] = [];
    const client = createClient({
      ...silent,
      call: (method, input) => {
        sent.push([method, input]);
        return Promise.resolve({ ok: true, value: [] });
      },
    });
    expect(await client.call('order.list', {})).toEqual({ ok: true, value: [] });
    expect(sent).toEqual([['order.list', {}]]);
  });

  it.each([
    ['the wire is cut', () => Promise.reject(new Error('closed'))],
    ['something else answers', () => Promise.resolve('<html>')],
  ])('says so when %s', async (_name, call) => {
    const answer = await createClient({ ...silent, call }).call('order.list', {});
    expect(answer).toEqual({ ok: false, error: { code: 'internal.unexpected', incident: 'wire' } });
  });

  it('passes known events on and nothing else', () => {
    const heard: unknown[] = [];
    const wire: Wire = {
      ...silent,
      onEvent: (listener) => {
        for (const event of [null, 'x', { event: 'toString', data: 1 }, { event: 'notice.closed' }]) {
          listener(event);
        }
        listener({ event: 'notice.closed', data: { id: 7 } });
        return () => undefined;
      },
    };
    createClient(wire).onEvent((event) => heard.push(event));
    expect(heard).toEqual([{ event: 'notice.closed', data: { id: 7 } }]);
  });
});
