// What the window works on: the computer's real keys, or a rehearsal beside them. One is open at a time, so that
// nothing of a rehearsal can be mistaken for real, and a rehearsal touches nothing real.

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../../contract/views/application-views.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { Profile } from '../../core/profile/profile.ts';
import type { Application, ApplicationOptions } from '../compose.ts';
import { keyFolder } from '../adapters/key-folder.ts';
import { provisionToken } from '../services/provisioning.ts';

/** What of the rehearsal CA the window needs. */
export interface Rehearsal {
  readonly gateway: string;
  /** As a bank would: paid, and the CA agrees at once. */
  pay(order: string): Promise<Result<void, AppError>>;
  stop(): Promise<void>;
}

export interface Workspace {
  readonly application: Application;
  readonly rehearsal: Rehearsal | null;
  /** null: the CA has only a web page, or nobody said where its gateway is. */
  gatewayOf(profile: Profile, settings: Settings): string | null;
  dispose(): Promise<void>;
}

export interface WorkspaceOptions extends ApplicationOptions {
  open(options: ApplicationOptions): Application;
}

/** The PIN of every practice key; shown to the person, who has no other. */
export const PRACTICE_PIN = '12345678';

const PRACTICE_DAYS = 12;
const PRACTICE_CONTAINER = 'c0ffee0000000001';
const PRACTICE_HOLDER = '练习企业有限公司';

export function openRealWorkspace(options: WorkspaceOptions, settings: Settings): Workspace {
  const application = options.open({
    ...options,
    drivers: [...options.drivers, ...settings.drivers],
    keyFolder: keyFolder(options.dataDir),
  });
  return {
    application,
    rehearsal: null,
    gatewayOf: ({ id, gateway }, { gateways }) =>
      gateway === null ? (gateways[id] ?? null) : (gateway.address ?? gateways[id] ?? null),
    dispose: () => application.dispose(),
  };
}

/** Goes on with a rehearsal that was interrupted; begins a fresh one otherwise. */
export async function openPracticeWorkspace(options: WorkspaceOptions): Promise<Result<Workspace, AppError>> {
  const folder = join(options.dataDir, 'practice');
  const interrupted = existsSync(folder) ? await openPractice(options, folder) : null;
  if (interrupted?.ok === true) {
    if (await hasUnfinished(interrupted.value)) return interrupted;
    await interrupted.value.dispose();
  }
  await rm(folder, { recursive: true, force: true });
  return openPractice(options, folder);
}

async function hasUnfinished({ application }: Workspace): Promise<boolean> {
  const renewals = await application.renewals(false);
  const unfinished = renewals.ok ? await renewals.value.unfinished() : renewals;
  return unfinished.ok && unfinished.value.some(({ blocks }) => blocks);
}

async function openPractice(options: WorkspaceOptions, folder: string): Promise<Result<Workspace, AppError>> {
  const keyFile = join(folder, 'practice.ukey');
  const application = options.open({
    ...options,
    dataDir: join(folder, 'data'),
    drivers: [{ kind: 'software', module: keyFile }],
    findModules: false,
  });
  const opened = await openRehearsal(application, join(folder, 'ca'), keyFile);
  if (!opened.ok) {
    await application.dispose();
    return opened;
  }
  const rehearsal = opened.value;
  return ok({
    application,
    rehearsal,
    gatewayOf: ({ gateway }) => (gateway === null ? null : rehearsal.gateway),
    async dispose() {
      await application.dispose();
      await rehearsal.stop();
    },
  });
}

async function openRehearsal(
  application: Application,
  folder: string,
  keyFile: string,
): Promise<Result<Rehearsal, AppError>> {
  const isFresh = !existsSync(keyFile);
  const data = await application.dataFolder();
  if (!data.ok) return data;
  const sandbox = await application.openSandbox({ folder, settings: { auto: false } });
  if (!sandbox.ok) return sandbox;
  const { operator, start, stop } = sandbox.value;
  const served = await start(0);
  const made = !served.ok ? served : isFresh ? await makeKey(application, operator, keyFile) : ok(undefined);
  if (!served.ok || !made.ok) {
    await stop();
    return served.ok ? (made as Result<never, AppError>) : served;
  }
  return ok({
    gateway: served.value.url,
    async pay(order) {
      const paid = await operator.pay({ order });
      if (!paid.ok) return paid;
      const approved = await operator.approve({ order });
      return approved.ok ? ok(undefined) : approved;
    },
    stop,
  });
}

async function makeKey(
  application: Application,
  operator: Parameters<typeof provisionToken>[1],
  keyFile: string,
): Promise<Result<void, AppError>> {
  const pin = () => new TextEncoder().encode(PRACTICE_PIN);
  const created = await (await application.softwareKeys()).create(keyFile, '练习UKey', pin(), null);
  if (!created.ok) return created;
  const found = await (await application.tokens()).find(created.value);
  if (!found.ok) return err(found.error);
  const provisioned = await provisionToken(application, operator, found.value, {
    pin: pin(),
    acceptLastTry: false,
    container: PRACTICE_CONTAINER,
    algorithm: 'SM2',
    commonName: PRACTICE_HOLDER,
    daysLeft: PRACTICE_DAYS,
  });
  return provisioned.ok ? ok(undefined) : provisioned;
}
