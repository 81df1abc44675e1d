// 软证书 as files: make, remove, import, export, back up, restore. What happens to the file is told with its
// path; PINs and passwords come by prompt or as lines, in the order the help says.

import { basename, dirname, resolve } from 'node:path';
import { storageErrorOf } from '../../storage/storage-error.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { done, err, ok, type Result } from '../../core/errors/result.ts';
import type { Command, CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { keyFileFor, keyFolder, keysInFolder } from '../../app/adapters/key-folder.ts';
import type { Output } from '../output.ts';
import { askNewPin, askOptionalPin, askPin, askSecret } from '../secrets.ts';
import { uninterrupted } from '../uninterrupted.ts';
import { usageError } from '../usage-error.ts';
import { certificateLine, tokenLines } from './token-lines.ts';
import { makeFolder } from '../../storage/make-folder.ts';

type Outcome = Result<{ readonly json: object; readonly words: string }, AppError>;
type Action = (context: CommandContext, keystore: string) => Promise<Outcome>;

const ACTIONS = { create, remove, import: importFrom, export: exportTo, backup, restore } as const;
/** What may follow the action's name: a file to read. */
const TAKES_FILE: ReadonlySet<string> = new Set<keyof typeof ACTIONS>(['import', 'restore']);

export const softkey: Command = async (context) => {
  const { args, output } = context;
  const [name = '', file] = args.positionals;
  if (!isAction(name)) {
    return output.fail(usageError('softkeyAction', { actions: Object.keys(ACTIONS).join(' ') }));
  }
  if (file !== undefined && !TAKES_FILE.has(name)) return output.fail(usageError('positional'));
  const keystore = name === 'create' ? newKeystore(context) : chosenKeystore(context);
  if (!keystore.ok) return output.fail(keystore.error);
  const action: Action = ACTIONS[name];
  const outcome = await action(context, keystore.value);
  return outcome.ok ? tell(output, keystore.value, outcome.value) : output.fail(outcome.error);
};

function isAction(name: string): name is keyof typeof ACTIONS {
  return Object.hasOwn(ACTIONS, name);
}

function tell(
  output: Output,
  keystore: string,
  { json, words }: { readonly json: object; readonly words: string },
): ExitCode {
  output.finish({ ok: true, keystore, ...json });
  if (!output.isJson) output.say(words);
  return EXIT.done;
}

/** --keystore, else a file of that label in the data folder. */
function newKeystore({ args, dataDir }: CommandContext): Result<string, AppError<'usage.invalid'>> {
  const named = args.texts('keystore');
  const label = args.text('label');
  if (label === null) return err(usageError('labelMissing'));
  if (named.length > 1) return err(usageError('keystoreOne'));
  const path = named[0] === undefined ? keyFileFor(dataDir, label) : resolve(named[0]);
  return path === null ? err(usageError('keystoreName')) : ok(path);
}

/** --keystore, else the only one in the data folder. */
function chosenKeystore({ args, dataDir }: CommandContext): Result<string, AppError<'usage.invalid'>> {
  const named = args.texts('keystore');
  if (named.length > 1) return err(usageError('keystoreOne'));
  const files = named.length === 1 ? named.map((path) => resolve(path)) : keysInFolder(keyFolder(dataDir));
  const [only] = files;
  return only !== undefined && files.length === 1
    ? ok(only)
    : err(
        usageError('keystoreMissing', {
          files: only === undefined ? null : files.map((path) => basename(path)),
        }),
      );
}

async function create(context: CommandContext, keystore: string): Promise<Outcome> {
  const { application, args, output } = context;
  const folder = await makeKeyFolder(context, keystore);
  if (!folder.ok) return folder;
  const pin = await askNewPin(context, ['secret.newPin', 'secret.newPinAgain']);
  if (!pin.ok) return pin;
  const adminPin = await askOptionalPin(context, ['secret.newAdminPin', 'secret.newAdminPinAgain']);
  if (!adminPin.ok) {
    pin.value.fill(0);
    return adminPin;
  }
  const isLockedForGood = adminPin.value === null;
  const service = await application.softwareKeys();
  const created = await uninterrupted(context, () =>
    service.create(keystore, args.text('label') ?? '', pin.value, adminPin.value),
  );
  if (!created.ok) return created;
  if (isLockedForGood) output.note(output.words('softkey.noAdminPin'));
  return ok({
    json: { token: created.value },
    words: output.words('softkey.created', { keystore, token: created.value }),
  });
}

async function makeKeyFolder(
  { application, dataDir }: CommandContext,
  keystore: string,
): Promise<Result<void, AppError>> {
  const folder = keyFolder(dataDir);
  if (dirname(keystore) !== folder) return done;
  const opened = await application.dataFolder();
  if (!opened.ok) return opened;
  try {
    makeFolder(folder);
    return done;
  } catch (thrown) {
    return err(storageErrorOf(thrown, folder));
  }
}

async function remove(context: CommandContext, keystore: string): Promise<Outcome> {
  const { application, output } = context;
  const label = await sayContent(context, keystore);
  if (!label.ok) return label;
  output.say(output.words('softkey.lost', { keystore }));
  if (!(await agree(context, label.value))) return err({ code: 'renewal.consentNeeded', consent: 'lastKey' });
  const service = await application.softwareKeys();
  const removed = await uninterrupted(context, () => service.remove(keystore));
  return removed.ok ? ok({ json: {}, words: output.words('softkey.removed', { keystore }) }) : removed;
}

/** What will be lost; answers the key's label. */
async function sayContent(
  { openApplication, dataDir, output }: CommandContext,
  keystore: string,
): Promise<Result<string, AppError>> {
  const reading = openApplication({
    drivers: [{ kind: 'software', module: keystore }],
    dataDir,
    hostEnvironment: process.env,
  });
  try {
    const { tokens, problems } = await (await reading.tokens()).list();
    const [found] = tokens;
    if (found === undefined) return err(problems[0]?.error ?? { code: 'token.none' });
    for (const line of tokenLines(found.view, output)) output.say(line);
    for (const certificate of found.view.certificates)
      output.say(`  ${certificateLine(certificate, output)}`);
    return ok(found.token.label);
  } finally {
    await reading.dispose();
  }
}

/** By typing the key's label, or with --yes. */
async function agree({ args, terminal, output }: CommandContext, label: string): Promise<boolean> {
  if (args.has('yes')) return true;
  return (await terminal.askLine(output.words('softkey.agree', { label }))) === label;
}

async function importFrom(context: CommandContext, keystore: string): Promise<Outcome> {
  const { application, args, output } = context;
  const file = args.positionals[1];
  if (file === undefined) return err(usageError('importMissing'));
  const password = await askSecret(context, output.words('secret.filePassword', { file: basename(file) }));
  if (!password.ok) return password;
  const pin = await askPin(context, { label: basename(keystore), id: '' });
  if (!pin.ok) {
    password.value.fill(0);
    return pin;
  }
  const service = await application.softwareKeys();
  const container = args.texts('container')[0] ?? null;
  const imported = await uninterrupted(context, () =>
    service.importFrom(keystore, resolve(file), password.value, pin.value, {
      container,
      acceptLastTry: args.has('accept-last-try'),
    }),
  );
  if (!imported.ok) return imported;
  const containers = imported.value;
  const lines = containers.map(({ container: id, label, uses, certificates }) =>
    output.words(certificates.length === 0 ? 'softkey.importedKey' : 'softkey.imported', {
      container: id,
      label,
      use: uses.join(', '),
    }),
  );
  return ok({ json: { containers }, words: lines.join('\n') });
}

async function exportTo(context: CommandContext, keystore: string): Promise<Outcome> {
  const { application, args, output } = context;
  const [container] = args.texts('container');
  const out = args.text('out');
  const use = args.text('use') ?? 'signing';
  if (container === undefined) return err(usageError('containerMissing'));
  if (out === null) return err(usageError('exportMissing'));
  if (use !== 'signing' && use !== 'encryption') return err(usageError('use'));
  const password = await askNewPin(context, ['secret.newFilePassword', 'secret.newFilePasswordAgain']);
  if (!password.ok) return password;
  const pin = await askPin(context, { label: basename(keystore), id: '' });
  if (!pin.ok) {
    password.value.fill(0);
    return pin;
  }
  const service = await application.softwareKeys();
  const target = resolve(out);
  const exported = await uninterrupted(context, () =>
    service.exportTo(keystore, { container, use }, target, password.value, pin.value, {
      acceptLastTry: args.has('accept-last-try'),
    }),
  );
  return exported.ok
    ? ok({ json: { out: target, container, use }, words: output.words('softkey.exported', { out: target }) })
    : exported;
}

async function backup({ application, args, output }: CommandContext, keystore: string): Promise<Outcome> {
  const out = args.text('out');
  if (out === null) return err(usageError('backupMissing'));
  const target = resolve(out);
  const backedUp = await (await application.softwareKeys()).backUp(keystore, target);
  return backedUp.ok
    ? ok({ json: { out: target }, words: output.words('softkey.backedUp', { out: target }) })
    : backedUp;
}

async function restore({ application, args, output }: CommandContext, keystore: string): Promise<Outcome> {
  const source = args.positionals[1];
  const service = await application.softwareKeys();
  const restored = await service.restore(keystore, source === undefined ? null : resolve(source));
  return restored.ok
    ? ok({ json: { token: restored.value }, words: output.words('softkey.restored', { keystore }) })
    : restored;
}
