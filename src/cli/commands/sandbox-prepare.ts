import { KEY_ALGORITHMS, type KeyAlgorithm } from '../../core/token/token.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageError } from '../usage-error.ts';

/** What a holder gets over the counter: 业务受理号 and 授权码 of an approved order, for `ukey enroll`. */
export async function prepare(context: CommandContext, folder: string): Promise<ExitCode> {
  const { application, args, output } = context;
  if (args.positionals.length > 1) return output.fail(usageError('positional'));
  const commonName = args.text('common-name');
  if (commonName === null) return output.fail(usageError('commonNameMissing'));
  const items = readItems(args.text('items') ?? 'SM2');
  if (items === null) return output.fail(usageError('items', { algorithms: [...KEY_ALGORITHMS] }));
  const connected = await application.connectSandbox(folder);
  if (!connected.ok) return output.fail(connected.error);
  const { operator, url, close } = connected.value;
  try {
    const subject = { country: 'CN', organisation: '演练单位', commonName };
    const prepared = await operator.prepare({ subject, items });
    if (!prepared.ok) return output.fail(prepared.error);
    const { order, referenceNumber, authorisationCode } = prepared.value;
    output.finish({ ok: true, ...prepared.value, gateway: url });
    if (output.isJson) return EXIT.done;
    output.say(
      output.words('sandbox.reference', {
        order,
        reference: referenceNumber,
        authorisation: authorisationCode,
      }),
    );
    output.say(output.words('sandbox.prepared', { reference: referenceNumber, gateway: url ?? 'URL' }));
    return EXIT.done;
  } finally {
    await close();
  }
}

/** null: not one to four algorithms with commas between. */
function readItems(given: string): KeyAlgorithm[] | null {
  const names = given.split(',');
  const items = names.flatMap((name) => KEY_ALGORITHMS.find((algorithm) => algorithm === name) ?? []);
  return items.length === names.length && items.length <= 4 ? items : null;
}
