import { isAbsolute } from 'node:path';
import type { Handlers } from '../../../contract/methods.ts';
import type { ApplicationView, DriverView, Settings } from '../../../contract/views/application-views.ts';
import { err, ok } from '../../../core/errors/result.ts';
import type { Portal } from '../../../core/profile/guidance.ts';
import { createProfileChoices } from '../../adapters/profile-choices.ts';
import type { Desk } from '../desk.ts';
import type { SettingsStore } from '../settings-store.ts';
import type { ShellPort } from '../shell-port.ts';

type ApplicationHandlers = Pick<
  Handlers,
  | 'application.read'
  | 'application.quit'
  | 'settings.change'
  | 'driver.list'
  | 'driver.add'
  | 'driver.remove'
  | 'profile.list'
  | 'profile.choose'
  | 'portal.open'
  | 'folder.open'
  | 'practice.start'
  | 'practice.end'
  | 'practice.pay'
>;

export interface ApplicationHandlerDeps {
  desk(): Desk;
  readonly shell: ShellPort;
  readonly settings: SettingsStore;
  readonly clock: { now(): number };
  readonly folders: { readonly data: string; readonly log: string };
  isWriting(): boolean;
  view(): ApplicationView;
  /** Tells every page. */
  publish(): void;
  /** Opens the workspace anew: other drivers, into a rehearsal or out of it. Refused while a renewal runs. */
  reopen(isPractice: boolean): ReturnType<Handlers['practice.start']>;
}

export function createApplicationHandlers(deps: ApplicationHandlerDeps): ApplicationHandlers {
  const { desk, shell, settings } = deps;

  async function change(part: Partial<Settings>) {
    const changed = await settings.change(part);
    deps.publish();
    desk().publish();
    return changed;
  }

  async function changeDrivers(drivers: Settings['drivers']) {
    const changed = await change({ drivers });
    if (!changed.ok) return changed;
    const reopened = await deps.reopen(false);
    return reopened.ok ? ok(driversOf(desk(), settings.current())) : reopened;
  }

  return {
    'application.read': async () => ok(deps.view()),

    async 'application.quit'() {
      if (shell.quit === null) return err({ code: 'request.invalid', reason: 'application.quit' });
      if (deps.isWriting()) return err({ code: 'token.busy', pid: process.pid });
      shell.quit();
      return ok(null);
    },

    async 'settings.change'(part) {
      if (part.autostart !== undefined && part.autostart !== settings.current().autostart) {
        const set = await shell.setAutostart(part.autostart);
        if (!set.ok) return set;
      }
      return change(withoutUndefined(part));
    },

    'driver.list': async () => ok(driversOf(desk(), settings.current())),
    async 'driver.add'(driver) {
      if (!isAbsolute(driver.module)) return err({ code: 'driver.relativePath', module: driver.module });
      const others = settings.current().drivers.filter(({ module }) => module !== driver.module);
      return changeDrivers([...others, driver]);
    },
    'driver.remove': ({ module }) =>
      changeDrivers(settings.current().drivers.filter((driver) => driver.module !== module)),

    'profile.list': async () => ok([...desk().profiles.all, desk().profiles.neutral]),
    async 'profile.choose'({ certificate, profile }) {
      const { profiles, workspace, publish } = desk();
      if (![...profiles.all, profiles.neutral].some(({ id }) => id === profile)) {
        return err({ code: 'request.invalid', reason: 'profile.choose profile' });
      }
      profiles.choose(certificate, profile);
      publish();
      const folder = await workspace.application.dataFolder();
      if (!folder.ok) return folder;
      const stored = await createProfileChoices(folder.value, deps.clock).update((choices) => ({
        ...choices,
        [certificate]: profile,
      }));
      return stored.ok ? ok(null) : stored;
    },

    async 'portal.open'({ address }) {
      const portal = portalAt(desk(), address);
      if (portal === undefined) return err({ code: 'request.invalid', reason: 'portal.open address' });
      const opened = await shell.openPortal(address, portal.browsers);
      return opened.ok ? ok(null) : opened;
    },
    async 'folder.open'({ which }) {
      const opened = await shell.openFolder(deps.folders[which]);
      return opened.ok ? ok(null) : opened;
    },

    'practice.start': () => deps.reopen(true),
    'practice.end': () => deps.reopen(false),
    async 'practice.pay'({ order }) {
      const { rehearsal } = desk().workspace;
      if (rehearsal === null) return err({ code: 'request.invalid', reason: 'practice.pay' });
      const paid = await rehearsal.pay(order);
      return paid.ok ? ok(null) : paid;
    },
  };
}

function portalAt({ profiles }: Desk, address: string): Portal | undefined {
  return [...profiles.all, profiles.neutral]
    .flatMap(({ portals }) => portals)
    .find((portal) => portal.address === address);
}

function driversOf(desk: Desk, { drivers }: Settings): DriverView[] {
  const { tokens, problems, modules } = desk.drivers();
  const added = new Set(drivers.map(({ module }) => module));
  return modules.map(({ kind, module }) => ({
    kind,
    module,
    isAdded: added.has(module),
    problem: problems.find((problem) => problem.module === module)?.error ?? null,
    tokens: tokens.filter(({ source }) => source.module === module).map(({ token }) => token.label),
  }));
}

function withoutUndefined(part: {
  readonly [K in keyof Settings]?: Settings[K] | undefined;
}): Partial<Settings> {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
}
