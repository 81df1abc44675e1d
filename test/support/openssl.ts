// Certificates made by the openssl command line, for tests that compare our verdicts with its.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodePem } from '../../src/core/certificate/pem.ts';
import { parseCertificate, type Certificate } from '../../src/core/certificate/certificate.ts';

export interface Workshop {
  readonly directory: string;
  path(name: string): string;
  write(name: string, content: string | Uint8Array): string;
  read(name: string): Uint8Array;
  /** Runs openssl in the folder; throws with its message when it fails. Answers standard output. */
  run(...args: string[]): string;
  /** Whether openssl ends with 0, and what it printed. */
  try(...args: string[]): { readonly ok: boolean; readonly output: string };
  dispose(): void;
}

export function openWorkshop(): Workshop {
  const directory = mkdtempSync(join(tmpdir(), 'certificate-peers-'));
  const path = (name: string) => join(directory, name);
  return {
    directory,
    path,
    write(name, content) {
      writeFileSync(path(name), content);
      return name;
    },
    read: (name) => new Uint8Array(readFileSync(path(name))),
    run: (...args) =>
      execFileSync('openssl', args, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    try(...args) {
      const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: directory, encoding: 'utf8' });
      return { ok: status === 0, output: stdout + stderr };
    },
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export function makeKey(workshop: Workshop, name: string, kind: string): string {
  const [type, size = ''] = kind.split(':');
  const option = type === 'RSA' ? `rsa_keygen_bits:${size}` : `ec_paramgen_curve:${size}`;
  workshop.run('genpkey', '-algorithm', type ?? '', '-pkeyopt', option, '-out', `${name}.key`);
  return `${name}.key`;
}

export interface IssueOptions {
  readonly key: string;
  readonly subject: string;
  /** Name under which the issuer was made; left out for a self-signed certificate. */
  readonly issuer?: string;
  readonly extensions: readonly string[];
  /** `YYYYMMDDHHMMSSZ` */
  readonly from?: string;
  readonly to?: string;
  readonly serial?: string;
  readonly digest?: string;
  readonly extraArguments?: readonly string[];
}

/** Issues `NAME.pem` with `openssl ca`, which lets start and end be chosen. */
export function issue(workshop: Workshop, name: string, options: IssueOptions): Certificate {
  const { issuer = name, from = '20200101000000Z', to = '20400101000000Z', serial = '0x5001' } = options;
  const issuerKey = issuer === name ? options.key : `${issuer}.key`;
  workshop.write('index.txt', '');
  workshop.write('index.txt.attr', 'unique_subject = no\n');
  workshop.write('serial', `${serial.replace('0x', '')}\n`);
  workshop.write(
    'ca.cnf',
    `[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\npolicy=p\n` +
      `email_in_dn=yes\n[p]\ncountryName=optional\norganizationName=optional\n` +
      `organizationalUnitName=optional\ncommonName=supplied\n[x]\n${options.extensions.join('\n')}\n` +
      `[req]\ndistinguished_name=n\n[n]\n`,
  );
  workshop.run(
    'req',
    '-new',
    '-utf8',
    '-config',
    'ca.cnf',
    '-key',
    options.key,
    '-subj',
    options.subject,
    '-out',
    'r.csr',
    ...(options.extraArguments ?? []),
  );
  workshop.run(
    'ca',
    '-batch',
    '-notext',
    '-utf8',
    '-preserveDN',
    '-config',
    'ca.cnf',
    '-extensions',
    'x',
    '-in',
    'r.csr',
    '-md',
    options.digest ?? 'sha256',
    '-startdate',
    from,
    '-enddate',
    to,
    '-out',
    `${name}.pem`,
    '-keyfile',
    issuerKey,
    ...(issuer === name ? ['-selfsign'] : ['-cert', `${issuer}.pem`]),
  );
  return certificateFrom(workshop, `${name}.pem`);
}

export function certificateFrom(workshop: Workshop, file: string): Certificate {
  const block = decodePem(Buffer.from(workshop.read(file)).toString('utf8'))[0];
  const parsed = parseCertificate(block?.der ?? new Uint8Array(0));
  if (!parsed.ok) throw new Error(`${file}: ${parsed.error.reason}`);
  return parsed.value;
}
