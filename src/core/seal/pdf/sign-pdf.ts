// Signs a PDF: CMS for any key (PAdES baseline B for RSA and EC, GM/T 0010 identifiers for SM2), or an electronic
// seal in /GM.sm2seal, as products of this country write it.

import type { AppError } from '../../errors/codes.ts';
import { err, ok, type Result } from '../../errors/result.ts';
import { buildDetachedCms } from '../build-cms.ts';
import { buildSealSignature } from '../build-seal.ts';
import {
  checkSealUse,
  checkSigner,
  signingMethodOf,
  type DocumentSigner,
  type UseRefusal,
} from '../document-signer.ts';
import type { ElectronicSeal } from '../seal.ts';
import type { Digest } from '../verification.ts';
import type { Placement } from './page-geometry.ts';
import type { StampMark } from './stamp-appearance.ts';
import { insertValue, prepareSignature, type PrepareError } from './prepare-signature.ts';

export interface PdfSigning {
  /** `cms`: the seal, when there is one, is a picture. `seal`: the signature is the seal's (SES). */
  readonly form: 'cms' | 'seal';
  /** null: invisible, only with `cms`. Width and height of the placement are the seal's own. */
  readonly seal: {
    readonly seal: ElectronicSeal;
    readonly place: Pick<Placement, 'page' | 'x' | 'y'>;
    /** Drawn across it; left out: the seal alone. */
    readonly mark?: StampMark;
  } | null;
  /** Epoch milliseconds. */
  readonly signedAt: number;
  readonly reason: string | null;
}

export type SignPdfError = PrepareError | UseRefusal;

/** A signature value with its attributes, beside the certificates. */
const CMS_ROOM = 4096;
const SEAL_ROOM = 2048;

/**
 * What goes behind the original bytes; they themselves are not copied. Refused before anything is signed when
 * certificate or seal may not be used now.
 */
export async function signPdf<E>(
  bytes: Uint8Array,
  signing: PdfSigning,
  signer: DocumentSigner<E>,
  digest: Digest,
): Promise<Result<Uint8Array, E | SignPdfError>> {
  const { certificate, chain } = signer;
  const { form, seal, signedAt } = signing;
  const allowed = checkSigner(certificate, signedAt);
  if (!allowed.ok) return allowed;
  const usable = seal === null ? allowed : checkSealUse(seal.seal, certificate, signedAt, digest);
  if (!usable.ok) return usable;
  const method = signingMethodOf(certificate);
  if (method === null || (form === 'seal' && seal === null)) return unsupported('seal');
  const certificates = [certificate, ...chain].reduce((sum, { der }) => sum + der.length, 0);
  const prepared = await prepareSignature(bytes, {
    ...labels(form, method.algorithm === 'SM2-SM3'),
    signedAt,
    signerName: certificate.subject.commonName ?? certificate.subject.display,
    reason: signing.reason,
    room: form === 'seal' ? SEAL_ROOM + certificates + (seal?.seal.der.length ?? 0) : CMS_ROOM + certificates,
    seal:
      seal === null
        ? null
        : { picture: seal.seal.picture.data, placement: placementOf(seal), mark: seal.mark ?? null },
  });
  if (!prepared.ok) return prepared;
  const dataHash = digest(method.digest, prepared.value.parts);
  const value =
    form === 'seal' && seal !== null
      ? await buildSealSignature(
          { seal: seal.seal.der, time: signedAt, dataHash, propertyInfo: 'ByteRange' },
          signer,
        )
      : await buildDetachedCms(dataHash, method.algorithm === 'SM2-SM3' ? signedAt : null, signer, digest);
  if (!value.ok) return value;
  const update = insertValue(prepared.value, value.value);
  return update === null ? unsupported('signature too long') : ok(update);
}

function unsupported(reason: string) {
  return err<AppError<'document.unsupported'>>({ code: 'document.unsupported', reason });
}

function labels(form: PdfSigning['form'], isSm2: boolean) {
  if (form === 'seal') return { filter: 'Gomain.GMPkiLite', subFilter: 'GM.sm2seal' };
  return { filter: 'Adobe.PPKLite', subFilter: isSm2 ? 'adbe.pkcs7.detached' : 'ETSI.CAdES.detached' };
}

function placementOf({ seal, place }: NonNullable<PdfSigning['seal']>): Placement {
  return { ...place, width: seal.picture.width, height: seal.picture.height };
}
