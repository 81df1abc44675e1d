// The application as a window sees it, whatever the window is: a router for its calls, events, and the moments in
// which it must not be closed. Electron and the browser shell each create one.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { ApplicationEvent } from '../../contract/events.ts';
import type { Answer } from '../../contract/methods.ts';
import { createRouter, type Router } from '../../contract/router.ts';
import type { ApplicationView } from '../../contract/views/application-views.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { AppError } from '../../core/errors/codes.ts';
import type { Finding } from '../../core/environment/check.ts';
import type { NoticeAction } from '../../core/notice/notice.ts';
import { openDataFolder } from '../adapters/data-folder.ts';
import { createApplication, type ApplicationOptions } from '../compose.ts';
import { logCalls } from './call-log.ts';
import { openDesk, type Desk } from './desk.ts';
import { createEventSource } from './events.ts';
import { createAccompanyNotices } from './accompany-notices.ts';
import { createAccompanyHandlers } from './handlers/accompany-handlers.ts';
import { createApplicationHandlers } from './handlers/application-handlers.ts';
import { createEnvironmentDesk } from './environment-desk.ts';
import { createEnvironmentHandlers } from './handlers/environment-handlers.ts';
import { createNoticeHandlers } from './handlers/notice-handlers.ts';
import { createPinHandlers } from './handlers/pin-handlers.ts';
import { createRenewalHandlers } from './handlers/renewal-handlers.ts';
import { createSealHandlers } from './handlers/seal-handlers.ts';
import { createTokenHandlers } from './handlers/token-handlers.ts';
import { pause } from './pause.ts';
import { findingViewOf } from './finding-view.ts';
import { createHolding } from './holding.ts';
import { createRenewals } from './renewals.ts';
import { openSettings } from './settings-store.ts';
import type { ShellPort } from './shell-port.ts';
import { openPracticeWorkspace, openRealWorkspace, PRACTICE_PIN, type Workspace } from './workspace.ts';

export interface DesktopOptions extends ApplicationOptions {
  readonly version: string;
  readonly platform: string;
  readonly shell: ShellPort;
}

export interface Desktop {
  readonly router: Router;
  /** @returns stops listening */
  onEvent(listener: (event: ApplicationEvent) => void): () => void;
  /** Hold off quit, logout and suspend. */
  isWriting(): boolean;
  /** A notice was answered outside the page: tray, system notice. */
  chooseNotice(id: number, action: NoticeAction): Promise<void>;
  /** Ends a renewal at its next safe place, then the driver hosts. */
  dispose(): Promise<void>;
}

export async function createDesktop(options: DesktopOptions): Promise<Desktop> {
  const { clock, log, shell, dataDir } = options;
  const events = createEventSource();
  const folder = await openDataFolder(dataDir);
  const settings = await openSettings(folder, clock);
  const workspaceOptions = { ...options, open: createApplication };
  const openWorkspaceDesk = (workspace: Workspace) =>
    openDesk({ workspace, clock, events, settings: settings.current });
  let desk: Desk = await openWorkspaceDesk(openRealWorkspace(workspaceOptions, settings.current()));
  let isReopening = false;

  function reportBug(thrown: unknown, call = 'window'): string {
    const incident = randomBytes(4).toString('hex');
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    log.write('error', 'call.threw', { incident, call, stack });
    return incident;
  }

  const viewFinding = (found: Finding) => findingViewOf(found, settings.current().locale);
  const accompanied = createAccompanyHandlers({
    service: () => desk.workspace.application.accompaniments(),
    snapshot: () => desk.snapshot(),
    onChange: (data) => events.emit({ event: 'accompany.changed', data }),
    ...{ pause, viewFinding, reportBug },
  });
  const considerAccompaniments = createAccompanyNotices({
    service: () => desk.workspace.application.accompaniments(),
    isFollowed: (id) => accompanied.followed() === id,
    tell: (event) => desk.reminding?.tell(event),
  });
  events.onEvent(({ event, data }) => {
    if (event !== 'tokens.changed') return;
    accompanied.hurry();
    void considerAccompaniments(data);
  });
  const { hold, isHeld } = createHolding();
  const renewals = createRenewals({ desk: () => desk, events, clock, viewFinding, reportBug });

  const environment = createEnvironmentDesk({
    service: () => desk.workspace.application.environment(),
    locale: () => settings.current().locale,
    clock,
    onChange: (data) => events.emit({ event: 'environment.changed', data }),
    onChecked: () => desk.readRevocations(),
    reportBug,
  });

  function view(): ApplicationView {
    const isOn = desk.workspace.rehearsal !== null;
    return {
      version: options.version,
      platform: options.platform,
      capabilities: shell.capabilities,
      settings: settings.current(),
      practice: { isOn, pin: isOn ? PRACTICE_PIN : null },
      dataFolder: dataDir,
      logFile: folder.ok ? join(folder.value.log, 'assistant.log') : null,
      storageProblem: folder.ok ? null : folder.error,
    };
  }

  // What a killed program left half repaired is taken back before anybody looks.
  await (await desk.workspace.application.environment()).repairs.recover();

  const publish = () => events.emit({ event: 'application.changed', data: view() });

  async function reopen(isPractice: boolean): Promise<Answer<ApplicationView>> {
    const running = renewals.read();
    if (isReopening || (running !== null && running.outcome === null)) {
      return err({ code: 'token.busy', pid: process.pid });
    }
    isReopening = true;
    try {
      const next: Result<Workspace, AppError> = isPractice
        ? await openPracticeWorkspace(workspaceOptions)
        : ok(openRealWorkspace(workspaceOptions, settings.current()));
      if (!next.ok) return next;
      const last = desk;
      await Promise.all([renewals.end(), accompanied.end()]);
      desk = await openWorkspaceDesk(next.value);
      await last.dispose();
      publish();
      events.emit({ event: 'renewal.changed', data: null });
      await desk.look();
      await desk.hearOrders();
      return ok(view());
    } finally {
      isReopening = false;
    }
  }

  const isWriting = () => renewals.isWriting() || isHeld();
  const current = () => desk;
  const gate = createRouter({
    handlers: {
      ...createApplicationHandlers({
        ...{ desk: current, shell, settings, clock, isWriting, view, publish, reopen },
        folders: { data: dataDir, log: join(dataDir, 'log') },
      }),
      ...createTokenHandlers(current, clock, hold),
      ...createPinHandlers(current, hold),
      ...createRenewalHandlers(current, renewals, () => settings.current().locale),
      ...createNoticeHandlers(current),
      ...createEnvironmentHandlers(
        environment,
        () => desk.workspace.application.environment(),
        () => settings.current().locale,
      ),
      ...createSealHandlers(current, clock, () => settings.current().locale, isWriting),
      ...accompanied.calls,
    },
    reportBug: (method, thrown) => reportBug(thrown, method),
  });
  const router = logCalls(gate, log);

  return {
    router,
    onEvent: events.onEvent,
    isWriting,
    async chooseNotice(id, action) {
      const notice = await desk.reminding?.answer(id, action);
      if (notice != null) events.emit({ event: 'notice.chosen', data: { notice, action } });
    },
    async dispose() {
      await Promise.all([renewals.end(), accompanied.end()]);
      await desk.dispose();
    },
  };
}
