// Verifying and signing documents, and the seals on a key. Rules are in core/seal; this joins them to files and
// tokens.

import type { Certificate } from '../../core/certificate/certificate.ts';
import type { RevocationList } from '../../core/certificate/crl.ts';
import type { SignatureVerifier } from '../../core/certificate/signature-verifier.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { DocumentSigner } from '../../core/seal/document-signer.ts';
import { signOfd } from '../../core/seal/ofd/sign-ofd.ts';
import { signPdf } from '../../core/seal/pdf/sign-pdf.ts';
import type { ElectronicSeal } from '../../core/seal/seal.ts';
import type { Digest } from '../../core/seal/verification.ts';
import { verifyFile, type FileReport } from '../../core/seal/verify-file.ts';
import type { PinError, PinOptions, ReadError } from '../../core/token/provider.ts';
import { readDocument, writeDocument, type DocumentFileError } from '../adapters/document-file.ts';
import type { Clock } from '../adapters/log.ts';
import type { TokenLock, TokenLockError } from '../adapters/token-lock.ts';
import { viewSealsOnKey, type SealListView } from './seal-on-key-view.ts';
import { chooseSeal, currentSigning, readSeals, tokenSigner, type SealsOnKey } from './seals-on-key.ts';
import type { FoundToken } from './tokens.ts';

export interface VerifyRequest {
  readonly path: string;
  /** Content of a signature that does not hold it; null: none. */
  readonly contentPath: string | null;
  /** Epoch milliseconds; null: the signing time inside the document. */
  readonly at: number | null;
  readonly roots: readonly Certificate[];
  readonly certificates: readonly Certificate[];
  readonly revocationLists: readonly RevocationList[];
}

export interface SignRequest {
  readonly path: string;
  readonly out: string;
  /** `seal`: SES in a PDF; null: that for an SM2 key with a seal, else CMS. An OFD is always sealed. */
  readonly form: 'cms' | 'seal' | null;
  /** null: low on the right of the first page, if there is a seal. */
  readonly place: SealPlace | null;
  readonly reason: string | null;
}

/** Millimetres from the left and top edges of that page, from 0 on. */
export interface SealPlace {
  readonly page: number;
  readonly x: number;
  readonly y: number;
}

export interface SignedDocument {
  readonly certificate: Certificate;
  readonly seal: ElectronicSeal | null;
  readonly report: FileReport;
}

export interface ListedSeals extends SealsOnKey {
  readonly view: SealListView;
}

export interface SealService {
  verify(request: VerifyRequest): Promise<Result<FileReport, DocumentFileError>>;
  /** A document that is in memory; nothing but its own certificates is known of it. */
  verifyContent(content: Uint8Array): Promise<FileReport>;
  /** Seals in the data objects of a key; reading starts no login. */
  listSeals(found: FoundToken): Promise<Result<ListedSeals, ReadError>>;
  /** Judges a seal by itself: form, maker, validity now. */
  checkSeal(seal: ElectronicSeal, roots: readonly Certificate[]): Promise<FileReport>;
  /**
   * Signs with the key's current signing certificate and a seal that lists it, verifies the result, and writes
   * it. Takes over and zeroes the PIN.
   */
  sign(
    found: FoundToken,
    pin: Uint8Array,
    options: PinOptions,
    request: SignRequest,
  ): Promise<Result<SignedDocument, AppError>>;
}

export interface SealServiceDeps {
  readonly verifier: SignatureVerifier;
  readonly digest: Digest;
  readonly clock: Clock;
  readonly provider: { readonly name: string; readonly version: string };
  lock(token: string): Promise<Result<TokenLock, TokenLockError>>;
}

/** On A4: where contracts are sealed. */
const USUAL_PLACE: SealPlace = { page: 0, x: 130, y: 220 };

export function createSealService(deps: SealServiceDeps): SealService {
  const { verifier, digest, clock } = deps;

  function judge(
    bytes: Uint8Array,
    content: Uint8Array | null,
    request: Omit<VerifyRequest, 'path' | 'contentPath'>,
  ): Promise<FileReport> {
    const { roots, certificates, revocationLists, at } = request;
    const trust = { anchors: roots, certificates, revocationLists };
    return verifyFile(bytes, content, { verifier, digest, trust, at, now: clock.now() });
  }

  async function signWith(
    found: FoundToken,
    request: SignRequest,
  ): Promise<Result<SignedDocument, AppError>> {
    const document = await readDocument(request.path);
    if (!document.ok) return document;
    const current = currentSigning(found);
    if (!current.ok) return current;
    const signer = tokenSigner(found, current.value);
    const seals = await readSeals(found.source.provider, found.token.id);
    if (!seals.ok) return seals;
    const chosen = chooseSeal(seals.value, current.value.certificate, digest, clock.now());
    const seal = chosen?.seal ?? null;
    const parts = await signParts(document.value, request, signer, seal);
    if (!parts.ok) return parts;
    const report = await judge(joined(parts.value), null, {
      at: null,
      roots: [],
      certificates: [],
      revocationLists: [],
    });
    if (report.verdict === 'invalid') return err({ code: 'signature.invalid' });
    const written = await writeDocument(request.out, parts.value);
    return written.ok ? ok({ certificate: current.value.certificate, seal, report }) : written;
  }

  async function signParts(
    bytes: Uint8Array,
    request: SignRequest,
    signer: DocumentSigner<AppError>,
    seal: ElectronicSeal | null,
  ): Promise<Result<readonly Uint8Array[], AppError>> {
    const signedAt = clock.now();
    const { reason } = request;
    const place = request.place ?? USUAL_PLACE;
    const isOfd = bytes[0] === 0x50 && bytes[1] === 0x4b;
    if (seal === null && (isOfd || request.form === 'seal' || request.place !== null))
      return err({ code: 'data.notFound', name: 'seal' });
    if (isOfd && seal !== null) {
      const made = await signOfd(bytes, { seal, place, signedAt, provider: deps.provider }, signer, digest);
      return made.ok ? ok([made.value]) : made;
    }
    const form = request.form ?? (seal !== null && signer.certificate.algorithm === 'SM2' ? 'seal' : 'cms');
    const visible = seal === null ? null : { seal, place };
    const update = await signPdf(bytes, { form, seal: visible, signedAt, reason }, signer, digest);
    return update.ok ? ok([bytes, update.value]) : update;
  }

  return {
    async verify(request) {
      const document = await readDocument(request.path);
      if (!document.ok) return document;
      const content = request.contentPath === null ? ok(null) : await readDocument(request.contentPath);
      return content.ok ? ok(await judge(document.value, content.value, request)) : content;
    },
    verifyContent: (content) =>
      judge(content, null, { at: null, roots: [], certificates: [], revocationLists: [] }),
    async listSeals(found) {
      const read = await readSeals(found.source.provider, found.token.id);
      if (!read.ok) return read;
      return ok({ ...read.value, view: viewSealsOnKey(found, read.value, { digest, now: clock.now() }) });
    },
    checkSeal: (seal, roots) =>
      judge(seal.der, null, { at: clock.now(), roots, certificates: [], revocationLists: [] }),
    async sign(found, pin, options, request) {
      const held = await deps.lock(found.token.id);
      if (!held.ok) {
        pin.fill(0);
        return held;
      }
      try {
        const { provider } = found.source;
        const login: Result<void, PinError | ReadError> = await provider.login(found.token.id, pin, options);
        if (!login.ok) return login;
        const signed = await signWith(found, request);
        await provider.logout(found.token.id);
        return signed;
      } finally {
        await held.value.release();
      }
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
}
