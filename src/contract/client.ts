// The one client of the contract; a shell gives it the wire.

import { err } from '../core/errors/result.ts';
import type { ApplicationEvent, EventName } from './events.ts';
import type { Answer, MethodInput, MethodName, MethodOutput } from './methods.ts';

/** What a shell puts into the page, and nothing else. */
export interface Wire {
  call(method: string, input: unknown): Promise<unknown>;
  /** @returns stops listening */
  onEvent(listener: (event: unknown) => void): () => void;
}

export interface Client {
  /** `internal.unexpected` with incident `wire` when the application cannot be reached. */
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<Answer<MethodOutput<M>>>;
  onEvent(listener: (event: ApplicationEvent) => void): () => void;
}

export function createClient(wire: Wire): Client {
  return {
    async call<M extends MethodName>(method: M, input: MethodInput<M>) {
      try {
        const answer = await wire.call(method, input);
        if (isAnswer(answer)) return answer as Answer<MethodOutput<M>>;
      } catch {
        // Told below: the page cannot do more about it than say so.
      }
      return err({ code: 'internal.unexpected', incident: 'wire' });
    },
    onEvent: (listener) =>
      wire.onEvent((event) => {
        if (isEvent(event)) listener(event);
      }),
  };
}

function isAnswer(value: unknown): value is Answer<unknown> {
  return typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean';
}

function isEvent(value: unknown): value is ApplicationEvent {
  if (typeof value !== 'object' || value === null) return false;
  const isNamed = 'event' in value && typeof value.event === 'string' && Object.hasOwn(NAMES, value.event);
  return isNamed && 'data' in value;
}

/** Named here rather than taken from the schemas, which a page would have to load and build before its first screen. */
const NAMES: Readonly<Record<EventName, true>> = {
  'application.changed': true,
  'tokens.changed': true,
  'renewal.changed': true,
  'accompany.changed': true,
  'environment.changed': true,
  'orders.changed': true,
  'notice.shown': true,
  'notice.closed': true,
  'notice.chosen': true,
};
