// The parts of Electron the shell uses, and nothing beside them: `main.ts` takes them from `electron`, which plain
// Node cannot load, and tests from `test/support/fake-electron.ts`.

import type { WebPreferences } from 'electron';

export interface Preventable {
  preventDefault(): void;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface AppPart {
  on(event: 'before-quit', listener: (event: Preventable) => void): unknown;
  on(event: 'second-instance' | 'window-all-closed' | 'activate', listener: () => void): unknown;
  on(event: 'web-contents-created', listener: (event: unknown, contents: ContentsPart) => void): unknown;
  enableSandbox(): void;
  setPath(name: 'userData', path: string): void;
  setAppUserModelId(id: string): void;
  requestSingleInstanceLock(): boolean;
  whenReady(): Promise<void>;
  setLoginItemSettings(settings: LoginItem): void;
  /** At once, asking nobody. */
  exit(code: number): void;
}

export interface LoginItem {
  readonly openAtLogin: boolean;
  readonly path: string;
  readonly args: string[];
}

export interface ProtocolPart {
  registerSchemesAsPrivileged(schemes: Scheme[]): void;
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void;
}

export interface Scheme {
  readonly scheme: string;
  readonly privileges: Readonly<
    Partial<Record<'standard' | 'secure' | 'supportFetchAPI' | 'codeCache', boolean>>
  >;
}

export interface SessionPart {
  setPermissionRequestHandler(
    handler: (contents: unknown, permission: string, answer: (isGranted: boolean) => void) => void,
  ): void;
  setPermissionCheckHandler(handler: (contents: unknown, permission: string) => boolean): void;
  setDevicePermissionHandler(handler: (details: unknown) => boolean): void;
  /** As a PAC script answers, for example `PROXY host:port; DIRECT`. */
  resolveProxy(address: string): Promise<string>;
  on(event: 'will-download', listener: (event: Preventable, item: DownloadPart) => void): unknown;
}

export interface DownloadPart {
  getURL(): string;
}

export interface Navigation extends Preventable {
  readonly url: string;
}

export interface ContentsPart {
  on(
    event: 'will-navigate' | 'will-redirect' | 'will-frame-navigate',
    l: (event: Navigation) => void,
  ): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
  on(event: 'render-process-gone', listener: (event: unknown, details: { reason: string }) => void): unknown;
  setWindowOpenHandler(handler: (details: { readonly url: string }) => { action: 'deny' }): void;
  getURL(): string;
  send(channel: string, message: unknown): void;
  reload(): void;
  isDestroyed(): boolean;
}

export interface IpcPart {
  handle(
    channel: string,
    listener: (event: CallEvent, method: unknown, input: unknown) => Promise<unknown>,
  ): void;
}

export interface CallEvent {
  /** null: the frame is gone. */
  readonly senderFrame: { readonly url: string; readonly parent: unknown } | null;
}

export interface WindowPart {
  readonly webContents: ContentsPart;
  on(event: 'close' | 'query-session-end', listener: (event: Preventable) => void): unknown;
  loadURL(address: string): Promise<void>;
  setMenuBarVisibility(isVisible: boolean): void;
  show(): void;
  hide(): void;
  focus(): void;
  restore(): void;
  maximize(): void;
  isMinimized(): boolean;
  isMaximized(): boolean;
  isFocused(): boolean;
  isVisible(): boolean;
  isDestroyed(): boolean;
  getNormalBounds(): Rectangle;
}

export interface WindowOptions extends Partial<Rectangle> {
  readonly minWidth: number;
  readonly minHeight: number;
  readonly show: boolean;
  readonly title: string;
  readonly icon: string;
  readonly webPreferences: WebPreferences;
}

export interface MenuItem {
  readonly label?: string;
  readonly type?: 'separator' | 'checkbox';
  readonly checked?: boolean;
  readonly role?: 'zoomIn' | 'zoomOut' | 'resetZoom';
  readonly accelerator?: string;
  readonly click?: () => void;
}

export interface TrayPart {
  on(event: 'click', listener: () => void): unknown;
  setToolTip(text: string): void;
  setMenu(items: readonly MenuItem[]): void;
  destroy(): void;
}

export interface NotificationPart {
  on(event: 'click', listener: () => void): unknown;
  on(event: 'action', listener: (event: { readonly actionIndex: number }) => void): unknown;
  show(): void;
  close(): void;
}

export interface NotificationContent {
  readonly title: string;
  readonly body: string;
  readonly icon: string;
  readonly actions: { type: 'button'; text: string }[];
}

export interface PowerPart {
  /** The event of `shutdown` can be prevented on Linux and macOS. */
  on(event: 'shutdown', listener: (event?: Preventable) => void): unknown;
  on(event: 'suspend' | 'resume', listener: () => void): unknown;
}

export interface BlockerPart {
  /** @returns a number to stop it by */
  start(kind: 'prevent-app-suspension'): number;
  stop(id: number): unknown;
}

/** `child_process` of Electron for code of ours. */
export interface UtilityPart {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'spawn' | 'exit' | 'error', listener: () => void): unknown;
  postMessage(message: unknown): void;
  readonly pid: number | undefined;
  readonly stdout: NodeJS.ReadableStream | null;
  readonly stderr: NodeJS.ReadableStream | null;
}

export type ForkUtility = (
  program: string,
  args: string[],
  options: {
    readonly env: Record<string, string>;
    readonly execArgv: string[];
    readonly stdio: 'pipe';
    readonly serviceName: string;
  },
) => UtilityPart;

export interface ElectronParts {
  readonly app: AppPart;
  readonly protocol: ProtocolPart;
  readonly ipc: IpcPart;
  readonly power: PowerPart;
  readonly blocker: BlockerPart;
  /** Of every page; there when the app is ready. */
  session(): SessionPart;
  openWindow(options: WindowOptions): WindowPart;
  openTray(icon: string): TrayPart;
  notify(content: NotificationContent): NotificationPart;
  setMenu(items: readonly MenuItem[]): void;
  /** Where windows can be, one rectangle per screen. */
  screens(): readonly Rectangle[];
  /** A message box; resolves when it was read, and stops nothing meanwhile. */
  warn(title: string, message: string): Promise<void>;
  openExternal(address: string): Promise<void>;
  readonly fork: ForkUtility;
}
