// Practice seals: version 4, with the signing certificates in the list. The maker's key lives for one seal only.

import picture from '../../resources/self-test/practice-seal.json' with { type: 'json' };
import { decodeBase64, encodeBase64 } from '../core/certificate/base64.ts';
import { parseCertificate, type Certificate } from '../core/certificate/certificate.ts';
import { subjectOf } from '../core/certificate/names.ts';
import { ok, type Result } from '../core/errors/result.ts';
import { buildSeal } from '../core/seal/build-seal.ts';
import type { GatewayAnswer } from '../contract/gateway.ts';
import { familyOf } from './authority-ids.ts';
import { refuse, type Ca, type Refused } from './ca.ts';
import { passingKey } from './ca-keys.ts';
import { issueCertificate } from './issue.ts';
import { ownCertificate } from './key-centre.ts';
import { currentCertificate, note, noticeOf, orderView } from './order-record.ts';
import { SEAL_MAKER, sealName } from './seal-words.ts';
import type { CertificateRecord, OrderRecord, SandboxState } from './state.ts';
import { DAY } from './validity.ts';

const ORGANISATION_SEAL = 1;
const SIZE_MM = 40;

/** SESeal, DER, for these signing certificates; each is noted as sealed. */
export async function makeSeal(
  state: SandboxState,
  records: readonly [CertificateRecord, ...CertificateRecord[]],
  ca: Ca,
): Promise<Uint8Array> {
  const [first] = records;
  const holders = records.map(ownCertificate);
  const maker = await createMaker(state, first, ca);
  const [{ subject, notBefore }] = holders as [Certificate];
  const made = await buildSeal(
    {
      vendor: 'SANDBOX',
      id: `PS-${Buffer.from(ca.random(8)).toString('hex').toUpperCase()}`,
      type: ORGANISATION_SEAL,
      name: sealName(subject),
      signers: { kind: 'certificates', certificates: holders.map(({ der }) => der) },
      created: ca.now,
      validFrom: Math.min(notBefore, ca.now),
      validTo: Math.max(...holders.map(({ notAfter }) => notAfter)),
      picture: {
        ...{ type: 'png', data: decodeBase64(picture.png) ?? new Uint8Array() },
        ...{ width: SIZE_MM, height: SIZE_MM },
      },
    },
    maker,
  );
  if (!made.ok) throw new Error('own maker cannot sign');
  for (const record of records) record.sealed = true;
  return made.value;
}

async function createMaker(state: SandboxState, { authority }: CertificateRecord, ca: Ca) {
  const family = familyOf(authority);
  const issuer = await ca.authorities.obtain(state, 'issuing', family, ca.now);
  const { spki, signer } = await passingKey(family, ca.random);
  const { der } = await issueCertificate(
    issuer,
    {
      kind: 'signing',
      spki,
      subject: subjectOf({ country: 'CN', organisation: SEAL_MAKER, commonName: SEAL_MAKER }),
      notBefore: ca.now - DAY,
      notAfter: ca.now + 3650 * DAY,
      order: null,
    },
    ca.random,
    ca.origin,
  );
  const certificate = parseCertificate(decodeBase64(der) ?? new Uint8Array());
  if (!certificate.ok) throw new Error(`own certificate: ${certificate.error.reason}`);
  return {
    certificate: certificate.value,
    chain: [],
    sign: async (message: Uint8Array) => ok(await signer.sign(message)),
  };
}

/** Made when it is first fetched, so that it lists the certificates that were really issued. */
export async function fetchSeal(
  state: SandboxState,
  order: OrderRecord,
  ca: Ca,
): Promise<Result<GatewayAnswer<'fetchSeal'>, Refused>> {
  const isOffered = order.seal !== null || orderView(state, order).seal !== null;
  if (!isOffered) return refuse('notFound', '这个订单没有印章。', noticeOf(order));
  const [first, ...others] = order.items.flatMap((item) => currentCertificate(state, item) ?? []);
  if (first === undefined || others.length < order.items.length - 1)
    return refuse('conflict', '证书签发以后才制章。', noticeOf(order));
  if (order.seal === null) {
    order.seal = encodeBase64(await makeSeal(state, [first, ...others], ca));
    note(order, 'sealed', ca);
  }
  return ok({ orderId: order.id, seal: order.seal });
}
