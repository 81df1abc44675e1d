// An application that answers from a script: the state it is given, and answers for the calls a test expects. An
// unexpected call fails like a bug would, so that a screen that asks too much is seen.

import type { ApplicationEvent } from '../../../src/contract/events.ts';
import type { MethodInput, MethodName, MethodOutput } from '../../../src/contract/methods.ts';
import type { AccompanyView } from '../../../src/contract/views/accompany-views.ts';
import type { EnvironmentView } from '../../../src/contract/views/environment-views.ts';
import type { ApplicationView } from '../../../src/contract/views/application-views.ts';
import type { NoticeView } from '../../../src/contract/views/notice-views.ts';
import type { OrderView, RenewalView } from '../../../src/contract/views/renewal-views.ts';
import type { TokenSnapshot } from '../../../src/contract/views/token-views.ts';
import type { AppError } from '../../../src/core/errors/codes.ts';
import type { Profile } from '../../../src/core/profile/profile.ts';
import type { PageWire } from '../../../src/renderer/api/page-wire.ts';
import { application, PROFILES, snapshot } from './states.ts';

export interface PageState {
  readonly application: ApplicationView;
  readonly tokens: TokenSnapshot;
  readonly renewal: RenewalView | null;
  readonly accompaniment: AccompanyView | null;
  readonly environment: EnvironmentView | null;
  readonly orders: OrderView[];
  readonly notices: NoticeView[];
  readonly profiles: readonly Profile[];
}

type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AppError };

export type Script = {
  readonly [M in MethodName]?: (input: MethodInput<M>) => Answer<MethodOutput<M>>;
};

export interface ScriptedPage {
  readonly wire: PageWire;
  /** Everything but the questions a page begins with. */
  readonly calls: (readonly [method: string, input: unknown])[];
  tell(event: ApplicationEvent): void;
}

/** What 首页 asks of every key; a test that is about seals answers it. */
export const SEALS: Readonly<Record<string, unknown>> = {
  'seal.list': { seals: [], unrecognised: [], unread: [] },
  'seal.lastTests': [],
};

export function scriptedPage(state: Partial<PageState> = {}, script: Script = {}): ScriptedPage {
  const listeners = new Set<(event: unknown) => void>();
  const calls: (readonly [string, unknown])[] = [];
  const reads: Readonly<Record<string, unknown>> = {
    'application.read': state.application ?? application(),
    'token.list': state.tokens ?? snapshot(),
    'renewal.read': state.renewal ?? null,
    'accompany.read': state.accompaniment ?? null,
    'environment.read': state.environment ?? null,
    'order.list': state.orders ?? [],
    'notice.list': state.notices ?? [],
    'profile.list': state.profiles ?? PROFILES,
  };
  const answers = script as Readonly<Record<string, ((input: unknown) => unknown) | undefined>>;
  return {
    calls,
    tell: (event) => listeners.forEach((listener) => listener(event)),
    wire: {
      async call(method, input) {
        if (Object.hasOwn(reads, method)) return { ok: true, value: reads[method] };
        const scripted = answers[method];
        if (scripted === undefined && Object.hasOwn(SEALS, method)) {
          return { ok: true, value: SEALS[method] };
        }
        calls.push([method, input]);
        return scripted?.(input) ?? { ok: false, error: { code: 'internal.unexpected', incident: method } };
      },
      onEvent(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      onConnection(listener) {
        listener('connected');
        return () => undefined;
      },
    },
  };
}
