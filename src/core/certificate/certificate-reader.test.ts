import { describe, expect, it } from 'vitest';
import { buildCertificate } from './build-certificate.ts';
import { createCertificateReader, type ReadCertificate } from './certificate-reader.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import { subjectOf } from './names.ts';
import { ecSpki } from './spki.ts';

const name = subjectOf({ commonName: '张三' });
const spki = ecSpki(
  'EC-P256',
  Uint8Array.from({ length: 65 }, () => 4),
);

function certificate(serial: number): Promise<Uint8Array> {
  const fields = { serial: serial.toString(16).padStart(4, '0'), issuer: name, subject: name, spki };
  return buildCertificate(
    { ...fields, notBefore: 0, notAfter: 86_400_000 },
    { algorithm: 'ECDSA-SHA256', sign: async () => Uint8Array.of(1) },
  );
}

function valueOf(read: ReadCertificate, der: Uint8Array): Certificate {
  const answer = read(der);
  return answer.ok ? answer.value : expect.fail(answer.error.reason);
}

describe('reading certificates that come again', () => {
  it('answers the value of the first reading for the same bytes, whatever becomes of them', async () => {
    const read = createCertificateReader();
    const der = await certificate(1);
    const passed = Uint8Array.from(der);
    const first = valueOf(read, passed);
    passed.fill(0);
    expect(valueOf(read, Uint8Array.from(der))).toBe(first);
    expect({ ok: true, value: first }).toEqual(parseCertificate(der));
  });

  it('takes a certificate that differs in one byte for another', async () => {
    const read = createCertificateReader();
    const der = await certificate(1);
    const altered = Uint8Array.from(der);
    altered[altered.length - 1] = 2;
    const serials = [der, altered].map((bytes) => valueOf(read, bytes).sha256);
    expect(serials).toEqual([der, altered].map((bytes) => valueOf(parseCertificate, bytes).sha256));
    expect(new Set(serials).size).toBe(2);
  });

  it('forgets the oldest, so that nobody can fill the memory', async () => {
    const read = createCertificateReader();
    const all = await Promise.all(Array.from({ length: 65 }, (_, index) => certificate(index + 1)));
    const [first, second] = all.map((der) => valueOf(read, der));
    const isKept = (der: Uint8Array | undefined, value: Certificate | undefined) =>
      der !== undefined && valueOf(read, der) === value;
    expect([isKept(all[1], second), isKept(all[0], first)]).toEqual([true, false]);
  });

  it.each([
    ['rubbish', Uint8Array.of(1, 2, 3)],
    ['what is longer than any certificate', new Uint8Array(65_537)],
  ])('refuses %s every time', (_, bytes) => {
    const read = createCertificateReader();
    expect([read(bytes), read(bytes)]).toEqual([parseCertificate(bytes), parseCertificate(bytes)]);
  });
});
