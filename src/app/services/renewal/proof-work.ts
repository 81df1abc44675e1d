import { certificateUse, type Certificate } from '../../../core/certificate/certificate.ts';
import { isSameName, parseName, type DistinguishedName } from '../../../core/certificate/names.ts';
import { err, ok } from '../../../core/errors/result.ts';
import { anchorsOfOld, proveIssued } from '../../../core/renewal/proof.ts';
import type { RenewalState } from '../../../core/renewal/state.ts';
import type { RenewalContext, Work } from './context.ts';
import { certificatesOf, readEncoded } from './facts.ts';

/** Everything that can be proved about an item's certificates before they are written. */
export const proveCertificates: Work<'proveCertificates'> = async (context, { item: id }, state) => {
  const item = state.items.find((candidate) => candidate.id === id);
  if (item?.issued == null) return err({ code: 'certificate.missing', use: 'signing' });
  const pool = [
    ...readAll(context, item.issued.chain),
    ...readAll(context, context.authorities),
    ...certificatesOf(context),
  ];
  const anchors = await anchorsFor(context, state, pool);
  const prove = (issued: Certificate, use: 'signing' | 'encryption' | 'both', key: string | null) =>
    proveIssued(
      {
        issued,
        use,
        key,
        predecessor: context.old?.certificate ?? null,
        subject: subjectAsked(context, id),
        rules: context.profile.renewal,
        pool,
        anchors,
        now: context.ports.clock.now() + (state.clockOffset ?? 0),
      },
      context.ports.verifier,
    );
  const signing = readEncoded(context, item.issued.signing);
  if (!signing.ok) return signing;
  const isDual = item.issued.encryption !== null;
  const use = isDual || context.old === null ? 'signing' : certificateUse(context.old.certificate);
  const path = await prove(signing.value, use, item.key);
  if (!path.ok) return path;
  if (item.issued.encryption !== null) {
    const encryption = readEncoded(context, item.issued.encryption);
    if (!encryption.ok) return encryption;
    const proved = await prove(encryption.value, 'encryption', null);
    if (!proved.ok) return proved;
  }
  context.paths.set(id, path.value);
  return ok([{ type: 'proved', item: id }]);
};

async function anchorsFor(
  context: RenewalContext,
  state: RenewalState,
  pool: readonly Certificate[],
): Promise<readonly Certificate[]> {
  const named = readAll(context, state.request.anchors);
  if (named.length > 0) return named;
  const now = context.ports.clock.now() + (state.clockOffset ?? 0);
  if (context.old !== null) return anchorsOfOld(context.old.certificate, pool, context.ports.verifier, now);
  // A first issue has nothing older to lean on: the CA the person chose names its own root.
  return readAll(context, context.authorities).filter(({ subject, issuer }) => isSameName(subject, issuer));
}

function subjectAsked(context: RenewalContext, item: string): DistinguishedName | null {
  const asked = context.order?.items.find(({ id }) => id === item)?.subject;
  return asked === undefined ? null : parseName(Buffer.from(asked, 'base64'));
}

/** Those that can be read. */
function readAll(context: RenewalContext, encoded: readonly string[]): readonly Certificate[] {
  return encoded.flatMap((base64) => {
    const read = readEncoded(context, base64);
    return read.ok ? [read.value] : [];
  });
}
