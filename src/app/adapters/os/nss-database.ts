// NSS certificate databases (cert9.db), by NSS's own certutil: the file format is nobody else's business.

import { createHash } from 'node:crypto';
import type { Obstacle } from '../../../core/environment/probe.ts';
import { decodePem } from '../../../core/certificate/pem.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { Tools } from './tools.ts';

export interface NssEntry {
  readonly nickname: string;
  readonly sha256: string;
}

/** `C` in the first of the three trust columns: may issue server certificates. */
const LINE = /^(.*\S)\s+([A-Za-z]*,[A-Za-z]*,[A-Za-z]*)\s*$/;

/** Certificates of `folder` trusted to issue server certificates; null: a running browser has it locked. */
export async function readNssAnchors(
  tools: Tools,
  folder: string,
): Promise<Result<readonly NssEntry[] | null, Obstacle>> {
  const listed = await tools.run('certutil', ['-L', '-d', `sql:${folder}`]);
  if (!listed.ok) return listed.error.reason === 'timeout' ? ok(null) : listed;
  if (listed.value.code !== 0) {
    return /locked|busy/i.test(listed.value.stderr) ? ok(null) : err({ reason: 'malformed', what: folder });
  }
  const nicknames = listed.value.stdout.split('\n').flatMap((line) => {
    const [, nickname, trust = ''] = LINE.exec(line) ?? [];
    return nickname !== undefined && trust.split(',')[0]?.includes('C') === true ? [nickname] : [];
  });
  const entries: NssEntry[] = [];
  for (const nickname of new Set(nicknames)) {
    const shown = await tools.run('certutil', ['-L', '-d', `sql:${folder}`, '-n', nickname, '-a']);
    if (!shown.ok) return shown;
    for (const { der } of decodePem(shown.value.stdout)) {
      entries.push({ nickname, sha256: createHash('sha256').update(der).digest('hex') });
    }
  }
  return ok(entries);
}
