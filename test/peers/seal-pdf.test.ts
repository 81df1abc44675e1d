// PDFs signed by us before programs that nobody here wrote: pdfsig (Poppler), pdftoppm, openssl.

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePem } from '../../src/core/certificate/pem.ts';
import { parseSealSignature } from '../../src/core/seal/seal-signature.ts';
import { withoutPadding } from '../../src/core/seal/signature-kind.ts';
import { valueOf } from '../support/key-holder.ts';
import { openWorkshop, type Workshop } from '../support/openssl.ts';
import { createWorld, type World } from '../support/seal/people.ts';
import { makePdf, signedPdf } from '../support/seal/pdf.ts';

let workshop: Workshop;
beforeAll(() => {
  workshop = openWorkshop();
});
afterAll(() => {
  workshop.dispose();
});

function pdfsig(name: string): string {
  const { stdout } = spawnSync('pdfsig', ['-nocert', name], { cwd: workshop.directory, encoding: 'utf8' });
  return stdout;
}

/** Signature value and signed bytes, cut out by plain text search. */
function cutOut(pdf: Uint8Array): { readonly value: Uint8Array; readonly signed: Uint8Array } {
  const text = Buffer.from(pdf).toString('latin1');
  const range = /\/ByteRange \[0 (\d+) (\d+) (\d+)\s*\]/.exec(text);
  const [first = 0, second = 0, rest = 0] = (range ?? []).slice(1).map(Number);
  const hex = text.slice(first + 1, second - 1);
  return {
    value: withoutPadding(new Uint8Array(Buffer.from(hex, 'hex'))),
    signed: new Uint8Array(Buffer.concat([pdf.subarray(0, first), pdf.subarray(second, second + rest)])),
  };
}

describe.each(['RSA-2048', 'EC-P256', 'EC-P384'] as const)('a PDF signed with %s', (algorithm) => {
  let world: World;
  let pdf: Uint8Array;
  beforeAll(async () => {
    world = await createWorld(algorithm);
    pdf = await signedPdf(await makePdf({ objectStreams: algorithm === 'EC-P256' }), world);
    workshop.write('signed.pdf', pdf);
  });

  it('is valid for pdfsig, over the whole document', () => {
    const said = pdfsig('signed.pdf');
    expect(said).toContain('Signature is Valid.');
    expect(said).toContain('Total document signed');
    expect(said).toContain('ETSI.CAdES.detached');
  });

  it('is no longer valid for pdfsig after one byte was changed', () => {
    const changed = pdf.slice();
    changed[200] = (changed[200] ?? 0) ^ 1;
    workshop.write('changed.pdf', changed);
    expect(pdfsig('changed.pdf')).not.toContain('Signature is Valid.');
  });

  it('is accepted by openssl cms -verify up to the root', () => {
    const { value, signed } = cutOut(pdf);
    workshop.write('value.der', value);
    workshop.write('signed.bin', signed);
    workshop.write('root.pem', encodePem('CERTIFICATE', world.root.certificate.der));
    const args = [
      'cms',
      '-verify',
      '-inform',
      'DER',
      '-in',
      'value.der',
      '-content',
      'signed.bin',
      '-binary',
    ];
    const verdict = workshop.try(
      ...args,
      '-CAfile',
      'root.pem',
      '-purpose',
      'any',
      '-out',
      'out.bin',
      '-cades',
    );
    expect(verdict).toMatchObject({ ok: true });
  });

  it('signed twice has two valid signatures for pdfsig', async () => {
    workshop.write('twice.pdf', await signedPdf(pdf, world, { seal: null }));
    expect(pdfsig('twice.pdf').match(/Signature is Valid\./g)).toHaveLength(2);
  });
});

describe('the seal on the page', () => {
  it.each([0, 90, 180, 270])(
    'is where it should be in true millimetres, upright, on a page turned by %i°',
    async (rotation) => {
      const world = await createWorld('EC-P256');
      workshop.write(
        'turned.pdf',
        await signedPdf(await makePdf({ rotation }), world, {
          seal: { seal: world.seal, place: { page: 0, x: 20, y: 30 } },
        }),
      );
      execFileSync(
        'pdftoppm',
        ['-r', '254', '-x', '200', '-y', '300', '-W', '400', '-H', '400', 'turned.pdf', 'seal'],
        { cwd: workshop.directory },
      );
      const red = redBox(readFileSync(workshop.path('seal-1.ppm')));
      // 10 pixels a millimetre: the picture fills 40 mm but for its own margin.
      expect(red.left).toBeLessThan(20);
      expect(red.top).toBeLessThan(20);
      expect(red.right).toBeGreaterThan(380);
      expect(red.bottom).toBeGreaterThan(380);
    },
  );
});

/** Box of the reddish pixels of a PPM. */
function redBox(ppm: Uint8Array) {
  const [, width = '0', height = '0'] =
    /^P6\s+(\d+)\s+(\d+)\s+255\s/.exec(Buffer.from(ppm.subarray(0, 64)).toString('latin1')) ?? [];
  const pixels = ppm.subarray(ppm.length - Number(width) * Number(height) * 3);
  const box = { left: Infinity, top: Infinity, right: -1, bottom: -1 };
  for (let index = 0; index < pixels.length / 3; index++) {
    const [r = 0, g = 0, b = 0] = pixels.subarray(index * 3, index * 3 + 3);
    if (r < g + 60 || r < b + 60) continue;
    const [x, y] = [index % Number(width), Math.floor(index / Number(width))];
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y);
  }
  return box;
}

describe('the pieces of an SM2 seal signature', () => {
  const DISTINGUISHED = ['-sigopt', 'distid:1234567812345678'];

  it('are right for openssl with distid: signer over TBS_Sign, maker over SealInfo, digest over the byte range', async () => {
    const world = await createWorld('SM2');
    const { value, signed } = cutOut(await signedPdf(await makePdf(), world, { form: 'seal' }));
    const signature = valueOf(parseSealSignature(value));
    const verifies = (name: string, certificate: Uint8Array, message: Uint8Array, signed: Uint8Array) => {
      workshop.write(`${name}.pem`, encodePem('CERTIFICATE', certificate));
      workshop.write(`${name}.pub`, workshop.run('x509', '-in', `${name}.pem`, '-pubkey', '-noout'));
      workshop.write(`${name}.msg`, message);
      workshop.write(`${name}.sig`, signed);
      return workshop.try(
        'dgst',
        '-sm3',
        ...DISTINGUISHED,
        '-verify',
        `${name}.pub`,
        '-signature',
        `${name}.sig`,
        `${name}.msg`,
      ).ok;
    };
    workshop.write('signed.bin', signed);
    const digest = workshop.run('dgst', '-sm3', '-r', 'signed.bin').slice(0, 64);
    expect({
      signer: verifies('signer', signature.certificate, signature.signed, signature.value),
      maker: verifies(
        'maker',
        signature.seal.maker.certificate,
        signature.seal.signedByMaker,
        signature.seal.maker.value,
      ),
      digest,
    }).toEqual({ signer: true, maker: true, digest: Buffer.from(signature.dataHash).toString('hex') });
  });
});
