// What the page knows: the application's state as its last answers and events had it. Events carry the whole new
// state, so nothing is merged here. No secret is ever put in.

import { createStore, type StoreApi } from 'zustand/vanilla';
import { createClient, type Client } from '../../contract/client.ts';
import type { ApplicationEvent } from '../../contract/events.ts';
import type { Answer } from '../../contract/methods.ts';
import type { AccompanyView } from '../../contract/views/accompany-views.ts';
import type { ApplicationView } from '../../contract/views/application-views.ts';
import type { EnvironmentView } from '../../contract/views/environment-views.ts';
import type { NoticeView } from '../../contract/views/notice-views.ts';
import type { OrderView, RenewalView } from '../../contract/views/renewal-views.ts';
import type { TokenSnapshot } from '../../contract/views/token-views.ts';
import type { AppError } from '../../core/errors/codes.ts';
import type { Profile } from '../../core/profile/profile.ts';
import type { Connection, PageWire } from '../api/page-wire.ts';

export interface WindowState {
  readonly connection: Connection;
  /** Everything was asked for once: what is null or empty now is so. */
  readonly hasRead: boolean;
  /** null until the application has answered; so are `tokens`. */
  readonly application: ApplicationView | null;
  readonly tokens: TokenSnapshot | null;
  /** Why `tokens` could not be read. */
  readonly tokensProblem: AppError | null;
  readonly renewal: RenewalView | null;
  readonly accompaniment: AccompanyView | null;
  /** null until it was asked for. */
  readonly environment: EnvironmentView | null;
  readonly orders: readonly OrderView[];
  /** Not answered yet, the newest last. */
  readonly notices: readonly NoticeView[];
  readonly profiles: readonly Profile[];
  /** `application` could not be read. */
  readonly problem: AppError | null;
}

export type WindowStore = StoreApi<WindowState>;

export interface Assistant {
  readonly client: Client;
  readonly store: WindowStore;
}

/** Listens, and asks for everything whenever the wire is there (again). The store is filled as the answers come. */
export function openAssistant(wire: PageWire): Assistant {
  const client = createClient(wire);
  const store = createStore<WindowState>(() => ({
    connection: 'connecting',
    hasRead: false,
    application: null,
    tokens: null,
    tokensProblem: null,
    renewal: null,
    accompaniment: null,
    environment: null,
    orders: [],
    notices: [],
    profiles: [],
    problem: null,
  }));
  client.onEvent((event) => {
    const wasPractice = store.getState().application?.practice.isOn;
    store.setState((state) => applied(state, event));
    // Into a rehearsal or out of it nothing stays as it was.
    if (event.event !== 'application.changed') return;
    if (wasPractice === undefined || wasPractice === event.data.practice.isOn) return;
    store.setState({ notices: [], orders: [] });
    void readAll({ client, store });
  });
  wire.onConnection((connection) => {
    store.setState({ connection });
    if (connection === 'connected') void readAll({ client, store });
  });
  return { client, store };
}

/** An answer that was overtaken by an event is older than it and is dropped. */
export async function readAll({ client, store }: Assistant): Promise<void> {
  const before = store.getState();
  const keep = <F extends keyof WindowState>(
    field: F,
    value: WindowState[F],
    rest: Partial<WindowState> = {},
  ) =>
    store.setState((state) => ({ ...rest, ...(state[field] === before[field] ? { [field]: value } : {}) }));
  const read = async <F extends keyof WindowState>(
    field: F,
    answer: Promise<Answer<WindowState[F]>>,
    problem: 'problem' | 'tokensProblem' | null = null,
  ) => {
    const told = await answer;
    if (told.ok) keep(field, told.value, problem === null ? {} : { [problem]: null });
    else if (problem !== null) store.setState({ [problem]: told.error });
  };
  await Promise.all([
    read('application', client.call('application.read', {}), 'problem'),
    read('tokens', client.call('token.list', {}), 'tokensProblem'),
    read('renewal', client.call('renewal.read', {})),
    read('accompaniment', client.call('accompany.read', {})),
    read('environment', client.call('environment.read', {})),
    read('orders', client.call('order.list', {})),
    read('notices', client.call('notice.list', {})),
    read('profiles', client.call('profile.list', {})),
  ]);
  store.setState({ hasRead: true });
}

function applied(state: WindowState, event: ApplicationEvent): Partial<WindowState> {
  switch (event.event) {
    case 'application.changed':
      return { application: event.data, problem: null };
    case 'tokens.changed':
      return { tokens: event.data, tokensProblem: null };
    case 'renewal.changed':
      return { renewal: event.data };
    case 'accompany.changed':
      return { accompaniment: event.data };
    case 'environment.changed':
      return { environment: event.data };
    case 'orders.changed':
      return { orders: event.data };
    case 'notice.shown':
      return { notices: [...state.notices.filter(({ id }) => id !== event.data.id), event.data] };
    case 'notice.closed':
      return { notices: state.notices.filter(({ id }) => id !== event.data.id) };
    case 'notice.chosen':
      return {};
  }
}
