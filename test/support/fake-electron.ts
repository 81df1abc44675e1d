// The parts of Electron the shell uses, without Electron: they note what was asked of them, and the test says what
// happens to them.

import type {
  CallEvent,
  ContentsPart,
  ElectronParts,
  ForkUtility,
  MenuItem,
  NotificationContent,
  Preventable,
  Rectangle,
  SessionPart,
  WindowOptions,
  WindowPart,
} from '../../src/main/electron-parts.ts';

type Listener = (...parameters: never[]) => unknown;

/** Something events can happen to. */
interface Happening {
  on(event: string, listener: Listener): void;
  emit(event: string, ...parameters: readonly unknown[]): void;
}

function createHappening(): Happening {
  const listeners = new Map<string, Listener[]>();
  return {
    on: (event, listener) => void listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    emit(event, ...parameters) {
      for (const listener of listeners.get(event) ?? []) listener(...(parameters as never[]));
    },
  };
}

/** Whether anybody stopped what the event tells. */
export function preventable<T extends object>(more: T = {} as T): T & Preventable & { isPrevented: boolean } {
  const event = {
    ...more,
    isPrevented: false,
    preventDefault() {
      event.isPrevented = true;
    },
  };
  return event;
}

export interface FakeContents extends ContentsPart {
  readonly emit: Happening['emit'];
  readonly sent: unknown[];
  readonly reloads: string[];
  address: string;
  /** What a page gets that wants a window. */
  openWindow(url: string): { action: 'deny' } | null;
}

export function fakeContents(address: string): FakeContents {
  let answer: Parameters<ContentsPart['setWindowOpenHandler']>[0] | null = null;
  const contents: FakeContents = {
    ...createHappening(),
    sent: [],
    reloads: [],
    address,
    openWindow: (url) => answer?.({ url }) ?? null,
    setWindowOpenHandler: (handler) => (answer = handler),
    getURL: () => contents.address,
    send: (channel, message) => void contents.sent.push([channel, message]),
    reload: () => void contents.reloads.push(contents.address),
    isDestroyed: () => false,
  };
  return contents;
}

export interface FakeWindow extends WindowPart {
  readonly emit: Happening['emit'];
  readonly webContents: FakeContents;
  readonly options: WindowOptions;
  readonly did: string[];
  bounds: Rectangle;
  isInFront: boolean;
}

function fakeWindow(options: WindowOptions): FakeWindow {
  const did: string[] = [];
  const note = (what: string) => () => void did.push(what);
  const window: FakeWindow = {
    ...createHappening(),
    options,
    did,
    webContents: fakeContents(''),
    bounds: { x: 10, y: 20, width: 1000, height: 720 },
    isInFront: false,
    async loadURL(address) {
      window.webContents.address = address;
    },
    setMenuBarVisibility: () => undefined,
    show: note('show'),
    hide: note('hide'),
    focus: note('focus'),
    restore: note('restore'),
    maximize: note('maximize'),
    isMinimized: () => false,
    isMaximized: () => did.includes('maximize'),
    isFocused: () => window.isInFront,
    isVisible: () => window.isInFront,
    isDestroyed: () => false,
    getNormalBounds: () => window.bounds,
  };
  return window;
}

export interface FakeNotification {
  readonly content: NotificationContent;
  readonly emit: Happening['emit'];
  readonly did: string[];
}

export interface FakeSession extends SessionPart {
  readonly emit: Happening['emit'];
  /** What the session answers a page that asks for it, in the two ways there are, and for a device. */
  grants(permission: string): readonly unknown[];
}

export function fakeSession(): FakeSession {
  let request: Parameters<SessionPart['setPermissionRequestHandler']>[0] | null = null;
  let check: Parameters<SessionPart['setPermissionCheckHandler']>[0] | null = null;
  let device: Parameters<SessionPart['setDevicePermissionHandler']>[0] | null = null;
  return {
    ...createHappening(),
    setPermissionRequestHandler: (handler) => (request = handler),
    setPermissionCheckHandler: (handler) => (check = handler),
    setDevicePermissionHandler: (handler) => (device = handler),
    resolveProxy: () => Promise.resolve('DIRECT'),
    grants(permission) {
      const answers: unknown[] = [];
      request?.({}, permission, (isGranted) => answers.push(isGranted));
      return [...answers, check?.({}, permission), device?.({ deviceType: permission })];
    },
  };
}

export interface FakeElectron {
  readonly parts: ElectronParts;
  /** What was asked of Electron, in order. */
  readonly asked: unknown[];
  readonly app: Happening;
  readonly power: Happening;
  readonly session: FakeSession;
  readonly windows: FakeWindow[];
  readonly notifications: FakeNotification[];
  readonly tray: Happening & { items: readonly MenuItem[]; toolTip: string };
  /** Calls the program as a page does. */
  call(event: CallEvent, method: unknown, input: unknown): Promise<unknown>;
  /** Asks for a file of the page. */
  load(address: string, method?: string): Promise<Response>;
}

export interface FakeElectronOptions {
  readonly isFirst?: boolean;
  readonly fork?: ForkUtility;
  readonly screens?: readonly Rectangle[];
  /** Whether a browser takes addresses. */
  readonly opens?: boolean;
}

export function createFakeElectron(options: FakeElectronOptions = {}): FakeElectron {
  const asked: unknown[] = [];
  const ask = (...what: readonly unknown[]) => void asked.push(what.length === 1 ? what[0] : what);
  const [app, power] = [createHappening(), createHappening()];
  const tray = { ...createHappening(), items: [] as readonly MenuItem[], toolTip: '' };
  const session = fakeSession();
  const windows: FakeWindow[] = [];
  const notifications: FakeNotification[] = [];
  const handlers = new Map<string, Parameters<ElectronParts['ipc']['handle']>[1]>();
  const schemes = new Map<string, Parameters<ElectronParts['protocol']['handle']>[1]>();
  let lastBlocker = 0;

  const parts: ElectronParts = {
    app: {
      ...app,
      enableSandbox: () => ask('enableSandbox'),
      setPath: (name, path) => ask('setPath', name, path),
      setAppUserModelId: (id) => ask('setAppUserModelId', id),
      requestSingleInstanceLock: () => options.isFirst ?? true,
      whenReady: () => Promise.resolve(),
      setLoginItemSettings: (item) => ask('setLoginItemSettings', item),
      exit: (code) => ask('exit', code),
    },
    protocol: {
      registerSchemesAsPrivileged: (list) => ask('registerSchemesAsPrivileged', list),
      handle: (scheme, handler) => void schemes.set(scheme, handler),
    },
    ipc: { handle: (channel, listener) => void handlers.set(channel, listener) },
    power,
    blocker: {
      start(kind) {
        ask('stay awake', kind);
        return (lastBlocker += 1);
      },
      stop: (id) => ask('may sleep', id),
    },
    session: () => session,
    openWindow(windowOptions) {
      const window = fakeWindow(windowOptions);
      windows.push(window);
      app.emit('web-contents-created', {}, window.webContents);
      return window;
    },
    openTray: () => ({
      ...tray,
      setToolTip: (text) => (tray.toolTip = text),
      setMenu: (items) => (tray.items = items),
      destroy: () => undefined,
    }),
    notify(content) {
      const [happening, did]: [Happening, string[]] = [createHappening(), []];
      notifications.push({ content, emit: happening.emit, did });
      return {
        ...happening,
        show: () => void did.push('show'),
        close: () => void did.push('close'),
      };
    },
    setMenu: () => undefined,
    screens: () => options.screens ?? [{ x: 0, y: 0, width: 1920, height: 1040 }],
    warn: async (title, message) => ask('warn', title, message),
    async openExternal(address) {
      ask('openExternal', address);
      if (options.opens === false) throw new Error('no application');
    },
    fork: options.fork ?? noFork,
  };
  return {
    ...{ parts, asked, app, power, session, windows, notifications, tray },
    call: async (event, method, input) => handlers.get('call')?.(event, method, input),
    load: async (address, method = 'GET') =>
      (await schemes.get(new URL(address).protocol.slice(0, -1))?.(new Request(address, { method }))) ??
      new Response(null, { status: 501 }),
  };
}

function noFork(): never {
  throw new Error('no child was expected');
}
