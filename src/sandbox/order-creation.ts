// A new order: who may have one, and what it will consist of.

import { encodeBase64 } from '../core/certificate/base64.ts';
import { ok, type Result } from '../core/errors/result.ts';
import type { KeyAlgorithm } from '../core/token/token.ts';
import type { GatewayBody } from '../contract/gateway.ts';
import { refuse, type Ca, type Refused } from './ca.ts';
import { eligibilityOf, findCertificate, openRenewalOf } from './eligibility.ts';
import { ownCertificate } from './key-centre.ts';
import { note, noticeOf } from './order-record.ts';
import { withOrganisationalUnit } from './order-subject.ts';
import type { CertificateRecord, ItemRecord, OrderRecord, SandboxState } from './state.ts';

export function createOrder(
  state: SandboxState,
  body: GatewayBody<'createOrder'>,
  key: string,
  ca: Ca,
): Result<OrderRecord, Refused> {
  const holder =
    body.kind === 'renew' ? renewedCertificate(state, body, key, ca) : knownHolder(state, body, key);
  if (!holder.ok) return holder;
  const order = newOrder(
    {
      kind: body.kind,
      owner: key,
      replaces: body.kind === 'renew' ? holder.value.sha256 : null,
      feeFen: state.settings.feeFen,
      items: itemsOf(state, body, holder.value),
    },
    ca,
  );
  state.orders.push(order);
  return ok(order);
}

type WantedItem = Pick<ItemRecord, 'algorithm' | 'key' | 'needsRequest' | 'subject'>;

/** A draft that is in no state yet. */
export function newOrder(
  wanted: Pick<OrderRecord, 'kind' | 'owner' | 'replaces' | 'feeFen'> & {
    readonly items: readonly WantedItem[];
  },
  ca: Ca,
): OrderRecord {
  const order: OrderRecord = {
    ...wanted,
    id: `O-${hex(ca, 8)}`,
    state: 'draft',
    frozenFrom: null,
    text: '',
    keys: [],
    accepted: [],
    form: {},
    formSubmitted: false,
    paidAt: null,
    referenceNumber: `YL-${new Date(ca.now).toISOString().slice(0, 10).replaceAll('-', '')}${hex(ca, 4)}`,
    authorisationCode: null,
    wrongCodes: 0,
    items: wanted.items.map((item, index) => ({
      ...item,
      id: String(index + 1),
      ...{ state: 'awaitingRequest', requestKey: null, certificate: null },
      ...{ encryptionKey: null, temporaryKey: null },
    })),
    seal: null,
    history: [],
  };
  note(order, 'created', ca);
  return order;
}

function hex(ca: Ca, bytes: number): string {
  return Buffer.from(ca.random(bytes)).toString('hex').toUpperCase();
}

function renewedCertificate(
  state: SandboxState,
  { replaces }: GatewayBody<'createOrder'>,
  key: string,
  ca: Ca,
): Result<CertificateRecord, Refused> {
  if (replaces === null) return refuse('badRequest', '续期订单要写明原证书。');
  const certificate = findCertificate(state, replaces);
  if (certificate?.key !== key) return refuse('notEligible', '这张证书不能由当前登录的密钥续期。');
  const open = openRenewalOf(state, certificate);
  if (open !== undefined) return refuse('conflict', '这张证书已有未完成的续期订单。', noticeOf(open));
  const verdict = eligibilityOf(state, certificate, ca);
  return verdict.eligible ? ok(certificate) : refuse('notEligible', verdict.text);
}

/** A further certificate for somebody the CA knows already. */
function knownHolder(
  state: SandboxState,
  { replaces }: GatewayBody<'createOrder'>,
  key: string,
): Result<CertificateRecord, Refused> {
  if (replaces !== null) return refuse('badRequest', '新办订单不能写原证书。');
  const certificate = state.certificates.findLast((record) => record.key === key && record.revoked === null);
  return certificate === undefined ? refuse('notEligible', '没有找到您的有效证书。') : ok(certificate);
}

function itemsOf(
  state: SandboxState,
  body: GatewayBody<'createOrder'>,
  holder: CertificateRecord,
): WantedItem[] {
  const { settings } = state;
  const { algorithm: oldAlgorithm, subject } = ownCertificate(holder);
  if (oldAlgorithm === null) throw new Error('own certificate has an unknown key');
  const unit = settings.mapOrganisationalUnit;
  const newSubject = unit === null ? subject.der : withOrganisationalUnit(subject.der, unit);
  const rekey = settings.rekey === 'asked' ? (body.key ?? 'newKey') : settings.rekey;
  const algorithms = settings.items.map((wanted): KeyAlgorithm =>
    wanted === 'same' ? oldAlgorithm : wanted,
  );
  return algorithms.map((algorithm, index) => {
    const isFirst = index === algorithms.indexOf(oldAlgorithm);
    const isSame = body.kind === 'renew' && rekey === 'sameKey' && isFirst;
    return {
      algorithm,
      key: isSame ? 'sameKey' : 'newKey',
      needsRequest: !isSame || settings.needsRequest,
      subject: encodeBase64(newSubject),
    };
  });
}
