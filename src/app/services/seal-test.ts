// The self-test: will this key sign and seal here and now? Signs a prepared page with the key's seal, verifies it
// as a stranger would, and opens a small envelope. Only what stops the test altogether (lock, PIN, no certificate)
// is an error; everything else is a step of the result.

import type { Certificate } from '../../core/certificate/certificate.ts';
import { joinBytes } from '../../core/certificate/der.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { checkSealUse } from '../../core/seal/document-signer.ts';
import { signPdf, type PdfSigning } from '../../core/seal/pdf/sign-pdf.ts';
import type { Digest } from '../../core/seal/verification.ts';
import type { FileReport } from '../../core/seal/verify-file.ts';
import type { PinOptions } from '../../core/token/provider.ts';
import type { Clock } from '../adapters/log.ts';
import type { TokenLock, TokenLockError } from '../adapters/token-lock.ts';
import { testDecryption, type EnvelopePorts } from './decryption-test.ts';
import {
  chooseSeal,
  currentSigning,
  readSeals,
  tokenSigner,
  type CurrentSigning,
  type SealOnKey,
  type SealsOnKey,
} from './seals-on-key.ts';
import type { SealTestStep, SealTestStepName } from './seal-test-step.ts';
import { placeOnSample, samplePage, TEST_MARK } from './self-test-page.ts';
import type { FoundToken } from './tokens.ts';

export interface SealTest {
  /** Epoch milliseconds. */
  readonly at: number;
  /** `signature`: no seal could be used, so signing alone was tested. */
  readonly kind: 'seal' | 'signature';
  readonly hasPassed: boolean;
  readonly steps: readonly SealTestStep[];
  readonly certificate: Certificate;
  /** The seal that was tried, also where it may not be used. */
  readonly seal: SealOnKey | null;
  /** The signed page, a PDF; null: it could not be signed. */
  readonly page: Uint8Array | null;
  /** What was found on that page. */
  readonly report: FileReport | null;
  /** Of the CA for seals, else its general one. */
  readonly hotline: string | null;
}

export interface SealTestService {
  /**
   * With the current signing certificate and a seal that fits; `seal`: that one, by its id. Takes over and
   * zeroes the PIN. The result is kept for the diagnosis.
   */
  run(
    found: FoundToken,
    pin: Uint8Array,
    options: PinOptions & { readonly seal: string | null },
  ): Promise<Result<SealTest, AppError>>;
}

export interface SealTestDeps extends EnvelopePorts {
  readonly clock: Clock;
  readonly digest: Digest;
  lock(token: string): Promise<Result<TokenLock, TokenLockError>>;
  /** Judges the signed page. */
  verify(page: Uint8Array): Promise<FileReport>;
  hotline(certificate: Certificate): string | null;
  /** A result that cannot be kept is no failed test. */
  keep(found: FoundToken, test: SealTest): Promise<void>;
}

export function createSealTestService(deps: SealTestDeps): SealTestService {
  return {
    async run(found, pin, options) {
      const current = currentSigning(found);
      const held = current.ok ? await deps.lock(found.token.id) : current;
      if (!current.ok || !held.ok) {
        pin.fill(0);
        return current.ok ? (held as Result<never, TokenLockError>) : current;
      }
      try {
        const { provider } = found.source;
        const login = await provider.login(found.token.id, pin, options);
        if (!login.ok) return login;
        const tested = await test(deps, found, current.value, options.seal);
        await provider.logout(found.token.id);
        if (tested.ok) await deps.keep(found, tested.value);
        return tested;
      } finally {
        await held.value.release();
      }
    },
  };
}

async function test(
  deps: SealTestDeps,
  found: FoundToken,
  current: CurrentSigning,
  wanted: string | null,
): Promise<Result<SealTest, AppError>> {
  const { certificate } = current;
  const at = deps.clock.now();
  const seals = await readSeals(found.source.provider, found.token.id);
  if (!seals.ok) return seals;
  const chosen = pickSeal(deps, seals.value, certificate, wanted);
  if (!chosen.ok) return chosen;
  const seal = chosen.value;
  const usable = seal === null ? null : checkSealUse(seal.seal, certificate, at, deps.digest);
  const signed = await signPage(deps, found, current, usable?.ok === true ? seal : null);
  const page = signed.page.ok ? signed.page.value : null;
  const report = page === null ? null : await deps.verify(page);
  const steps = [
    foundStep(seals.value),
    ...(usable === null ? [] : [stepOf('seal.usable', usable)]),
    ...(signed.drawn === null ? [] : [signed.drawn]),
    stepOf('sign', signed.page),
    ...(report === null ? [] : [verifyStep(report)]),
    ...(await testDecryption(found, deps)),
  ];
  return ok({
    ...{ at, steps, certificate, seal, page, report },
    kind: signed.isSealed ? 'seal' : 'signature',
    hasPassed: steps.every(({ status }) => status !== 'failed'),
    hotline: deps.hotline(certificate),
  });
}

function pickSeal(
  { digest, clock }: SealTestDeps,
  seals: SealsOnKey,
  certificate: Certificate,
  wanted: string | null,
): Result<SealOnKey | null, AppError<'seal.notFound'>> {
  if (wanted === null) return ok(chooseSeal(seals, certificate, digest, clock.now()));
  const named = seals.seals.find(({ seal }) => seal.id === wanted);
  return named === undefined ? err({ code: 'seal.notFound', wanted }) : ok(named);
}

/** What cannot be read may be a seal, so it is never called none. */
function foundStep({ seals, unrecognised, unread }: SealsOnKey): SealTestStep {
  if (seals.length > 0) return { step: 'seal.found', status: 'ok', error: null };
  const objects = [...unrecognised, ...unread];
  const error: AppError =
    objects.length === 0 ? { code: 'seal.none' } : { code: 'seal.unrecognised', objects };
  return { step: 'seal.found', status: 'notChecked', error };
}

function stepOf(step: SealTestStepName, result: Result<unknown, AppError>): SealTestStep {
  return result.ok ? { step, status: 'ok', error: null } : { step, status: 'failed', error: result.error };
}

/** What could not be checked (the chain, mostly) is in the report; only what failed counts here. */
function verifyStep({ verdict, steps, signatures }: FileReport): SealTestStep {
  const failure = [...steps, ...signatures.flatMap((signature) => signature.steps)].find(
    ({ status }) => status === 'failed',
  );
  return verdict === 'invalid'
    ? { step: 'verify', status: 'failed', error: failure?.error ?? { code: 'signature.invalid' } }
    : { step: 'verify', status: 'ok', error: null };
}

interface SignedPage {
  readonly page: Result<Uint8Array, AppError>;
  readonly isSealed: boolean;
  /** null: there was no seal to draw. */
  readonly drawn: SealTestStep | null;
}

/** Sealed where there is a seal; a picture that cannot be drawn is told, and signing tested alone. */
async function signPage(
  deps: SealTestDeps,
  found: FoundToken,
  current: CurrentSigning,
  usable: SealOnKey | null,
): Promise<SignedPage> {
  const page = samplePage();
  const signer = tokenSigner(found, current);
  const sign = async (signing: Pick<PdfSigning, 'form' | 'seal'>) => {
    const signedAt = deps.clock.now();
    const update = await signPdf(page, { ...signing, signedAt, reason: null }, signer, deps.digest);
    return update.ok ? ok(joinBytes([page, update.value])) : update;
  };
  const signAlone = () => sign({ form: 'cms', seal: null });
  if (usable === null) return { page: await signAlone(), isSealed: false, drawn: null };
  const { seal } = usable;
  const sealed = await sign({
    form: current.certificate.algorithm === 'SM2' ? 'seal' : 'cms',
    seal: { seal, place: placeOnSample(seal.picture), mark: TEST_MARK },
  });
  if (!sealed.ok && sealed.error.code === 'document.unsupported') {
    const drawn = { step: 'seal.drawn', status: 'notChecked', error: sealed.error } as const;
    return { page: await signAlone(), isSealed: false, drawn };
  }
  return { page: sealed, isSealed: true, drawn: null };
}
