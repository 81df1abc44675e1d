// The seal in a renewal: looked at before anything is paid, kept, and written last. The old one stays until the new
// one is proved; where the new one cannot be written, the old one is put back.

import { parseCertificate } from '../../../core/certificate/certificate.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { done, err, ok, type Result } from '../../../core/errors/result.ts';
import { planSeal as decideSeal } from '../../../core/renewal/seal-plan.ts';
import type { RenewalState } from '../../../core/renewal/state.ts';
import { checkSealUse } from '../../../core/seal/document-signer.ts';
import { readSealObject, writeSealObject } from '../../../core/seal/seal-object.ts';
import { parseSeal, type ElectronicSeal } from '../../../core/seal/seal.ts';
import { verifyPlainSignature } from '../../../core/seal/verify-seal.ts';
import { isListed } from '../../../core/seal/verify-seal-signature.ts';
import { viewSeal } from '../seal-view.ts';
import { liesElsewhere } from '../../../core/token/token.ts';
import { readSeals } from '../seals-on-key.ts';
import type { RenewalContext, Work } from './context.ts';

export const planSeal: Work<'planSeal'> = async (context, _command, state) => {
  const { provider, token } = context.handle;
  const read = await readSeals(provider, token.id);
  if (!read.ok && read.error.code === 'token.removed') return read;
  const { seals, unrecognised, unread } = read.ok
    ? read.value
    : { seals: [], unrecognised: [], unread: [read.error.code] };
  const facts = [];
  for (const { object, seal } of seals) {
    const content = await provider.readDataObject(token.id, object);
    const old = context.old?.certificate ?? null;
    facts.push({
      object,
      name: seal.name,
      maker: viewSeal(seal).maker,
      listsOld: old !== null && isListed(seal, old, context.ports.digest),
      isWritable: !liesElsewhere(object) && content.ok && readSealObject(content.value) !== null,
    });
  }
  const plan = decideSeal({ seals: facts, others: [...unrecognised, ...unread] }, state.order?.seal ?? null);
  context.dialogue.showSeal?.(plan);
  return ok([{ type: 'sealPlanned', plan }]);
};

/** Kept durably, and compared, before anything is written over it. */
export const keepSeal: Work<'keepSeal'> = async (context, { object }) => {
  const { provider, token } = context.handle;
  const content = await provider.readDataObject(token.id, object);
  if (!content.ok) return content;
  const kept = await context.sealBackup.keep(content.value);
  if (!kept.ok) return kept;
  return isSame(await context.sealBackup.recall(), content.value)
    ? ok([{ type: 'sealKept' }])
    : err({ code: 'storage.damaged', path: object });
};

export const writeSeal: Work<'writeSeal'> = async (context, { order, object }, state) => {
  const fetched = await context.gateway.call('fetchSeal', { params: { orderId: order } });
  if (!fetched.ok) return fetched;
  const proved = await proveSeal(context, Buffer.from(fetched.value.seal, 'base64'), state);
  if (!proved.ok) return ok([{ type: 'sealRefused', error: proved.error }]);
  const before = state.seal?.replaces === true ? await context.sealBackup.recall() : null;
  const form = before === null ? null : readSealObject(before);
  const content = writeSealObject(form ?? { prefix: null, padded: null }, proved.value.der);
  const written = await writeObject(context, object, content);
  if (written.ok) return ok([{ type: 'sealWritten' }]);
  if (!FINAL.has(written.error.code)) return written;
  const restored = before === null ? done : await writeObject(context, object, before);
  return restored.ok ? ok([{ type: 'sealRefused', error: written.error }]) : restored;
};

/** After these another try is no better. */
const FINAL: ReadonlySet<AppError['code']> = new Set<AppError['code']>([
  'driver.unsupported',
  'token.full',
  'token.writeRefused',
  'seal.notWritten',
]);

/** A seal of its maker, of the same name, valid now, and for a certificate that was just written. */
async function proveSeal(
  context: RenewalContext,
  der: Uint8Array,
  state: RenewalState,
): Promise<Result<ElectronicSeal, AppError>> {
  const seal = parseSeal(der);
  if (!seal.ok) return seal;
  const { ports } = context;
  const maker = await verifyPlainSignature(seal.value.maker, seal.value.signedByMaker, ports);
  if (!maker.ok) return err({ code: 'seal.badSignature' });
  const expected = state.seal?.name ?? seal.value.name;
  if (seal.value.name !== expected) return err({ code: 'seal.mismatch' });
  const now = ports.clock.now() + (state.clockOffset ?? 0);
  let refusal: AppError = { code: 'certificate.missing', use: 'signing' };
  for (const { issued } of state.items) {
    const signing = parseCertificate(Buffer.from(issued?.signing ?? '', 'base64'));
    if (!signing.ok) return signing;
    const usable = checkSealUse(seal.value, signing.value, now, ports.digest);
    if (usable.ok) return ok(seal.value);
    refusal = usable.error;
  }
  return err(refusal);
}

/** Nothing is written where it is there already, as after a crash; what is written is read back. */
async function writeObject(
  { handle: { provider, token } }: RenewalContext,
  object: string,
  content: Uint8Array,
): Promise<Result<void, AppError>> {
  const listed = await provider.listDataObjects(token.id);
  if (!listed.ok) return listed;
  // Cut off, a write may have left the old one beside the new one.
  const isAlone = listed.value.filter(({ name }) => name === object).length === 1;
  const found = isAlone ? await provider.readDataObject(token.id, object) : null;
  if (found?.ok === true && isSame(found.value, content)) return done;
  const written = await provider.writeDataObject(token.id, object, content);
  if (!written.ok) return written;
  const read = await provider.readDataObject(token.id, object);
  if (!read.ok && read.error.code !== 'data.notFound') return read;
  return read.ok && isSame(read.value, content) ? done : err({ code: 'seal.notWritten' });
}

function isSame(a: Uint8Array | null, b: Uint8Array): boolean {
  return a !== null && Buffer.compare(a, b) === 0;
}
