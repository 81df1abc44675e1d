// What programs that nobody here wrote say of a key: openssl and pkcs11-tool.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openWorkshop, type Workshop } from '../../support/openssl.ts';
import type { SoftHsm } from '../../support/softhsm.ts';
import type { SoftskfBench } from '../../support/softskf.ts';

/** A certificate, and whether the private key beside it is its own. */
export interface Witnessed {
  /** `Dec  2 15:59:59 2026 GMT` */
  readonly end: string;
  readonly isOwnKey: boolean;
}

/** Every certificate in the containers of a softskf device, which lie on disk in plain text; the soonest end first. */
export function witnessSkf({ home }: SoftskfBench, device: string): readonly Witnessed[] {
  return inWorkshop((workshop) => {
    const folder = join(home, device, 'GMAPP');
    const containers = readdirSync(folder).filter((name) => name.startsWith('c-'));
    return containers.flatMap((name) => {
      const fields = readFileSync(join(folder, name), 'utf8');
      return ['sign', 'enc'].flatMap((use) => {
        const [key, certificate] = ['key', 'cert'].map((what) => hexOf(fields, `${use}_${what}`));
        if (key === undefined || certificate === undefined) return [];
        workshop.write('key.der', Buffer.concat([SM2_HEAD, key, SM2_TAIL]));
        workshop.write('cert.der', certificate);
        const own = workshop.run('pkey', '-inform', 'DER', '-in', 'key.der', '-pubout');
        return [{ end: endOf(workshop), isOwnKey: own === publicKeyOf(workshop) }];
      });
    });
  });
}

/** Every certificate of an RSA token, by a signature that pkcs11-tool has it make and openssl verifies. */
export async function witnessPkcs11(hsm: SoftHsm, token: string, pin: string): Promise<readonly Witnessed[]> {
  const workshop = openWorkshop();
  const tool = (...args: readonly string[]) => hsm.pkcs11Tool('--token-label', token, ...args);
  try {
    const listed = await tool('--list-objects', '--type', 'cert');
    const witnessed: Witnessed[] = [];
    for (const [, id = ''] of listed.matchAll(/^\s+ID:\s+([0-9a-f]+)$/gm)) {
      const file = (name: string) => workshop.path(name);
      workshop.write('text', 'signed by the token');
      await tool('--read-object', '--type', 'cert', '--id', id, '--output-file', file('cert.der'));
      await tool(
        ...['--login', '--pin', pin, '--sign', '--mechanism', 'SHA256-RSA-PKCS', '--id', id],
        ...['--input-file', file('text'), '--output-file', file('signature')],
      );
      workshop.write('public.pem', publicKeyOf(workshop));
      const verified = workshop.try(
        ...['dgst', '-sha256', '-verify', 'public.pem', '-signature', 'signature', 'text'],
      );
      witnessed.push({ end: endOf(workshop), isOwnKey: verified.ok });
    }
    return inOrder(witnessed);
  } finally {
    workshop.dispose();
  }
}

/** RFC 5915 ECPrivateKey around a scalar, with the name of the SM2 curve. */
const SM2_HEAD = Buffer.from('30310201010420', 'hex');
const SM2_TAIL = Buffer.from('a00a06082a811ccf5501822d', 'hex');

function inWorkshop(work: (workshop: Workshop) => readonly Witnessed[]): readonly Witnessed[] {
  const workshop = openWorkshop();
  try {
    return inOrder(work(workshop));
  } finally {
    workshop.dispose();
  }
}

function hexOf(fields: string, name: string): Buffer | undefined {
  const [, hex] = new RegExp(`^${name}=([0-9a-f]+)$`, 'im').exec(fields) ?? [];
  return hex === undefined ? undefined : Buffer.from(hex, 'hex');
}

function publicKeyOf(workshop: Workshop): string {
  return workshop.run('x509', '-inform', 'DER', '-in', 'cert.der', '-noout', '-pubkey');
}

function endOf(workshop: Workshop): string {
  const printed = workshop.run('x509', '-inform', 'DER', '-in', 'cert.der', '-noout', '-enddate');
  return printed.trim().replace('notAfter=', '');
}

function inOrder(witnessed: readonly Witnessed[]): readonly Witnessed[] {
  return [...witnessed].sort((one, other) => Date.parse(one.end) - Date.parse(other.end));
}
