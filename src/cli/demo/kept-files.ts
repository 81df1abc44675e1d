import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodePem } from '../../core/certificate/pem.ts';
import type { Story } from './story.ts';

/**
 * What a person may look at afterwards with other programs: `old.pem`, `new.pem`, `new-enc.pem` of a pair, `chain.pem` (everything above
 * `new.pem`, root last), `root.pem`, `sealed.pdf`, `journal.jsonl`, `PIN.txt`. Answers the path of the journal.
 */
export async function keepFiles(
  folder: string,
  { report, old, encryption, page }: Story,
  pin: Uint8Array,
): Promise<string> {
  const pemOf = (der: Uint8Array) => encodePem('CERTIFICATE', der);
  const [leaf, ...above] = report.chain;
  const root = above.at(-1);
  const journal = join(folder, 'journal.jsonl');
  const files = {
    'old.pem': pemOf(old),
    'new.pem': leaf === undefined ? '' : pemOf(leaf),
    ...(encryption === null ? {} : { 'new-enc.pem': pemOf(encryption) }),
    'chain.pem': above.map(pemOf).join(''),
    'root.pem': root === undefined ? '' : pemOf(root),
    ...(page === null ? {} : { 'sealed.pdf': page }),
    'PIN.txt': Buffer.concat([pin, Buffer.from('\n')]),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), content, { mode: 0o600 });
  }
  await copyFile(report.journal, journal);
  return journal;
}
