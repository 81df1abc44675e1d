// Whose computer it is and for which CA: what the person named, else what the key's certificate says.

import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '../../../core/profile/profile.ts';
import { parseCertificate } from '../../../core/certificate/certificate.ts';
import { decodePem } from '../../../core/certificate/pem.ts';
import type { KeyProbe, OfferedAnchor } from '../../../core/environment/probe.ts';
import type { ProfileBook } from '../profiles.ts';

/** null: no certificate says which. */
export async function profileOfKeys(
  book: ProfileBook,
  keys: Pick<KeyProbe, 'list'>,
): Promise<Profile | null> {
  const { tokens } = await keys.list();
  const certificates = tokens.flatMap(({ containers }) => containers.flatMap((one) => one.certificates));
  for (const { certificate, state } of certificates) {
    const search = state === 'current' ? book.search(certificate) : null;
    if (search?.kind === 'found') return search.profile;
  }
  return null;
}

const MAX_FILES = 50;
const MAX_BYTES = 64 * 1024;

/** Certificates that somebody laid into `<data folder>/roots`: PEM or DER, of a CA. */
export async function offeredAnchors(dataFolder: string): Promise<readonly OfferedAnchor[]> {
  const folder = join(dataFolder, 'roots');
  const names = await readdir(folder).catch(() => []);
  const files = names
    .filter((name) => /\.(pem|crt|cer|der)$/i.test(name))
    .toSorted()
    .slice(0, MAX_FILES);
  const read = await Promise.all(files.map((name) => readAnchors(join(folder, name))));
  return read.flat();
}

async function readAnchors(path: string): Promise<readonly OfferedAnchor[]> {
  const size = await stat(path).then(
    (info) => info.size,
    () => Infinity,
  );
  const content = size > MAX_BYTES ? null : await readFile(path).catch(() => null);
  if (content === null) return [];
  const blocks =
    content[0] === 0x30 ? [content] : decodePem(content.toString('latin1')).map(({ der }) => der);
  return blocks.flatMap((der) => {
    const parsed = parseCertificate(der);
    return parsed.ok && parsed.value.isCa ? [{ certificate: parsed.value, source: path }] : [];
  });
}
