// A PDF whose first signature certifies it (DocMDP): what may be done to it afterwards.

import { PDFDocument, PDFName } from '@cantoo/pdf-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { createDocumentDigest } from '../../../src/app/adapters/document-digest.ts';
import { joinBytes } from '../../../src/core/certificate/der.ts';
import { buildDetachedCms } from '../../../src/core/seal/build-cms.ts';
import { insertValue, prepareSignature } from '../../../src/core/seal/pdf/prepare-signature.ts';
import { signPdf } from '../../../src/core/seal/pdf/sign-pdf.ts';
import { valueOf } from '../../support/key-holder.ts';
import { createWorld, SIGNED_AT, trustOf, type World } from '../../support/seal/people.ts';
import { makePdf, signedPdf } from '../../support/seal/pdf.ts';
import { stepsThat, verify } from '../../support/seal/verification.ts';

const digest = createDocumentDigest();
let world: World;
beforeAll(async () => {
  world = await createWorld('EC-P256');
});

/** As another product certifies: the entry stands where the reason was, in the same number of bytes. */
async function certified(allowed: number): Promise<Uint8Array> {
  const bytes = await makePdf();
  const reason = 'x'.repeat(60);
  const prepared = valueOf(
    await prepareSignature(bytes, {
      ...{ filter: 'Adobe.PPKLite', subFilter: 'ETSI.CAdES.detached', signedAt: SIGNED_AT },
      ...{ signerName: 'x', reason, room: 4096, seal: null },
    }),
  );
  const update = Buffer.from(prepared.update.buffer, prepared.update.byteOffset, prepared.update.length);
  const start = update.indexOf('/Reason');
  const end = update.indexOf('>', start) + 1;
  const reference = `/Reference[<</TransformMethod/DocMDP/TransformParams<</P ${allowed}>>>>]`;
  update.write(reference.padEnd(end - start), start, 'latin1');
  const value = valueOf(
    await buildDetachedCms(digest('SHA-256', prepared.parts), null, world.signer, digest),
  );
  return joinBytes([bytes, insertValue(prepared, value) ?? new Uint8Array()]);
}

describe('a PDF that is certified', () => {
  it.each([
    [1, 'invalid', ['document.coverage: document.changed']],
    [2, 'valid', []],
  ] as const)('with P %i and signed again is %s', async (allowed, verdict, failures) => {
    const once = await certified(allowed);
    expect((await verify(once, trustOf(world))).verdict).toBe('valid');
    const twice = await verify(await signedPdf(once, world), trustOf(world));
    expect({ verdict: twice.verdict, failed: stepsThat(twice, 'failed') }).toEqual({
      verdict,
      failed: failures,
    });
  });

  it('against any change is not signed by us', async () => {
    const document = await PDFDocument.load(await makePdf());
    const { context, catalog } = document;
    const transform = { TransformMethod: 'DocMDP', TransformParams: { P: 1 } };
    const certifying = context.register(context.obj({ Type: 'Sig', Reference: [transform] }));
    catalog.set(PDFName.of('Perms'), context.obj({ DocMDP: certifying }));
    const bytes = await document.save({ useObjectStreams: false });
    const signing = { form: 'cms', seal: null, signedAt: SIGNED_AT, reason: null } as const;
    expect(await signPdf(bytes, signing, world.signer, digest)).toMatchObject({
      ok: false,
      error: { code: 'document.unsupported', reason: 'certified, no changes allowed' },
    });
  });
});
