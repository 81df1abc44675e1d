// Where a story of the demonstration takes place: a throw-away token and an application that sees nothing else.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Application } from '../../app/compose.ts';
import type { FoundToken } from '../../app/services/tokens.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { ok, type Result } from '../../core/errors/result.ts';
import type { CommandContext } from '../command.ts';
import { createSoftHsmToken } from './softhsm-token.ts';

export const STAGES = {
  sm2: { provider: 'software', algorithm: 'SM2' },
  rsa: { provider: 'pkcs11', algorithm: 'RSA-2048' },
} as const;
export type StageName = keyof typeof STAGES;

export interface Stage {
  readonly application: Application;
  readonly found: FoundToken;
}

export interface StageOptions {
  /** Holds the token. */
  readonly folder: string;
  /** Holds the data folder. */
  readonly work: string;
  /** The PIN the token has afterwards. */
  readonly pin: Uint8Array;
  /** Random ones. */
  digits(count: number): string;
}

type Opened = Promise<Result<Stage, AppError>>;
type Context = Pick<CommandContext, 'args' | 'openApplication'>;

const LABEL = 'DEMO';

export function openStage(context: Context, name: StageName, options: StageOptions): Opened {
  return name === 'sm2' ? openSoftwareKey(context, options) : openSoftHsm(context, options);
}

/** Software that this computer lacks, and the person may install. */
export function isLacking({ code }: AppError): boolean {
  return code === 'software.missing' || code === 'driver.unavailable';
}

async function openSoftwareKey({ openApplication }: Context, { folder, work, pin }: StageOptions): Opened {
  const module = join(folder, 'demo.ukey');
  const application = openApplication({
    drivers: [{ kind: 'software', module }],
    dataDir: join(work, 'data'),
    hostEnvironment: process.env,
  });
  const created = await (await application.softwareKeys()).create(module, LABEL, Uint8Array.from(pin), null);
  if (!created.ok) return created;
  const found = await (await application.tokens()).find(created.value);
  return found.ok ? ok({ application, found: found.value }) : found;
}

async function openSoftHsm(
  { args, openApplication }: Context,
  { folder, work, pin, digits }: StageOptions,
): Opened {
  const module = args.texts('module')[0] ?? null;
  const made = await createSoftHsmToken({ folder, module, label: LABEL, digits });
  if (!made.ok) return made;
  const application = openApplication({
    drivers: [{ kind: 'pkcs11', module: made.value.module }],
    dataDir: join(work, 'data'),
    hostEnvironment: made.value.environment,
  });
  const found = await (await application.tokens()).find(LABEL);
  if (!found.ok) {
    for (const name of made.value.files) await rm(join(folder, name), { recursive: true, force: true });
    return found;
  }
  const { source, token } = found.value;
  const birthPin = Buffer.from(made.value.birthPin);
  const options = { acceptLastTry: false };
  const changed = await source.provider.changePin(token.id, birthPin, Uint8Array.from(pin), options);
  return changed.ok ? ok({ application, found: found.value }) : changed;
}
