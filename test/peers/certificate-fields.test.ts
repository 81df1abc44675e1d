// What drivers need of a certificate, compared with openssl.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCertificateFields } from '../../src/core/certificate/certificate-fields.ts';

const folder = mkdtempSync(join(tmpdir(), 'fields-'));
afterAll(() => rmSync(folder, { recursive: true }));

function openssl(...args: readonly string[]): Buffer {
  return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] });
}

function issue(...options: readonly string[]): Uint8Array {
  const file = join(folder, 'certificate.der');
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    join(folder, 'key.pem'),
  ];
  openssl(
    'req',
    '-utf8',
    '-x509',
    ...key,
    '-subj',
    '/C=CN/O=测试单位/CN=张三',
    '-outform',
    'DER',
    '-out',
    file,
    ...options,
  );
  return new Uint8Array(readFileSync(file));
}

describe('certificate fields', () => {
  it('are the ones openssl finds', () => {
    const der = issue('-set_serial', '0x80ff', '-days', '1');
    const file = join(folder, 'certificate.der');
    const fields = readCertificateFields(der);
    const pem = openssl('x509', '-inform', 'DER', '-in', file, '-noout', '-pubkey').toString();
    expect({
      serial: Buffer.from(fields?.serialNumber ?? []).toString('hex'),
      issuerIsSubject: Buffer.from(fields?.issuer ?? []).equals(Buffer.from(fields?.subject ?? [])),
      subject: Buffer.from(fields?.subject ?? []).includes(Buffer.from('张三')),
      publicKey: Buffer.from(fields?.publicKey ?? []).toString('base64'),
      use: fields?.use,
    }).toEqual({
      serial: '02030080ff',
      issuerIsSubject: true,
      subject: true,
      publicKey: pem.replace(/-----[^-]+-----|\s/g, ''),
      use: 'both',
    });
  });

  it.each([
    ['digitalSignature', 'signing'],
    ['nonRepudiation', 'signing'],
    ['critical,digitalSignature,nonRepudiation', 'signing'],
    ['keyEncipherment', 'encryption'],
    ['critical,keyEncipherment,dataEncipherment,keyAgreement', 'encryption'],
    ['digitalSignature,keyEncipherment', 'both'],
    ['keyCertSign', 'both'],
  ])('say that key usage %s is for %s', (usage, use) => {
    expect(readCertificateFields(issue('-addext', `keyUsage=${usage}`))?.use).toBe(use);
  });

  it('are none where the file is cut anywhere or is something else', () => {
    const der = issue();
    const lengths = Array.from({ length: der.length }, (_, length) => length);
    expect(lengths.filter((length) => readCertificateFields(der.subarray(0, length)) !== null)).toEqual([]);
    expect(readCertificateFields(Buffer.from('not a certificate at all'))).toBeNull();
  });
});
