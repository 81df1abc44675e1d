// Somebody who renews a certificate at a gateway, call by call, so that a test can do something in between.

import type { GatewayClient } from '../../src/app/adapters/gateway-client.ts';
import type { GatewayAnswer, GatewayBody, GatewayCall, Order } from '../../src/contract/gateway.ts';
import type { Result } from '../../src/core/errors/result.ts';
import type { SandboxOperator } from '../../src/sandbox/operator.ts';
import {
  createSoftwareKey,
  filledForm,
  freshIdempotencyKey,
  hashOfCertificate,
  logIn,
  referenceTo,
  requestFor,
  valueOf,
  type SoftwareAlgorithm,
  type SoftwareKey,
} from './key-holder.ts';

export interface Holder {
  readonly key: SoftwareKey;
  /** DER, base64. */
  readonly certificate: string;
  /** DER, base64; null: the key has no encryption certificate. */
  readonly encryption: string | null;
  /** In its envelope, as delivered. */
  readonly encryptionKey: string | null;
}

export async function provisionHolder(
  operator: SandboxOperator,
  options: {
    readonly algorithm?: SoftwareAlgorithm;
    readonly daysLeft?: number;
    readonly key?: SoftwareKey;
  } = {},
): Promise<Holder> {
  const key = options.key ?? createSoftwareKey(options.algorithm ?? 'EC-P256');
  const provisioned = await operator.provision({
    publicKey: Buffer.from(key.spki).toString('base64'),
    request: null,
    subject: { country: 'CN', organisation: '某某公司', organisationalUnit: '投标部', commonName: '张三' },
    daysLeft: options.daysLeft ?? 12,
  });
  const { certificate, encryption, encryptionKey } = valueOf(provisioned);
  return { key, certificate, encryption, encryptionKey };
}

export interface Applicant {
  readonly newKey: SoftwareKey;
  logIn(): Promise<void>;
  createOrder(key?: 'newKey' | 'sameKey' | null): Promise<Order>;
  acceptAgreements(): Promise<Order>;
  submitForm(): Promise<Order>;
  submitRequest(item?: string, key?: SoftwareKey): Promise<Order>;
  fetch(): Promise<GatewayAnswer<'fetchCertificates'>>;
  confirm(): Promise<Order>;
  reissue(item?: string): Promise<Order>;
  readOrder(): Promise<Order>;
  /** Any call about the order, as it is answered. */
  try<C extends GatewayCall>(call: C, body: GatewayBody<C>): ReturnType<GatewayClient['call']>;
  readonly orderId: string;
}

/** Each changing call has one idempotency key for good, so repeating a method repeats the same call. */
export function createApplicant(
  client: () => GatewayClient,
  { key, certificate }: Pick<Holder, 'key' | 'certificate'>,
  newKey = createSoftwareKey(key.algorithm),
): Applicant {
  const keys = new Map<string, string>();
  const keyFor = (step: string) => {
    const known = keys.get(step) ?? freshIdempotencyKey();
    keys.set(step, known);
    return known;
  };
  const replaces = referenceTo(certificate);
  let order: Order | null = null;
  let fetched: GatewayAnswer<'fetchCertificates'> | null = null;

  const known = (): Order => {
    if (order === null) throw new Error('createOrder comes first');
    return order;
  };
  const keep = async (answer: Promise<Result<Order, unknown>>): Promise<Order> =>
    (order = valueOf(await answer));
  const params = () => ({ orderId: known().id });
  const change = <
    C extends 'acceptAgreements' | 'submitForm' | 'submitRequest' | 'confirmCertificates' | 'reissueItem',
  >(
    call: C,
    body: GatewayBody<C>,
  ) =>
    keep(
      client().call(call, {
        params: params(),
        body,
        idempotencyKey: keyFor(`${call} ${JSON.stringify(body)}`),
      }),
    );

  return {
    newKey,
    get orderId() {
      return known().id;
    },
    async logIn() {
      valueOf(await logIn(client(), key, certificate));
    },
    createOrder: (wanted = null) =>
      keep(
        client().call('createOrder', {
          body: { kind: 'renew', replaces, key: wanted },
          idempotencyKey: keyFor('createOrder'),
        }),
      ),
    acceptAgreements: () => change('acceptAgreements', { accepted: known().agreements.map(({ id }) => id) }),
    submitForm: () => change('submitForm', { values: filledForm(known()) }),
    submitRequest: (item = '1', requested = newKey) => {
      const subject = known().items.find(({ id }) => id === item)?.subject ?? '';
      return change('submitRequest', { item, request: cachedRequest(requested, subject) });
    },
    fetch: async () => {
      fetched = valueOf(await client().call('fetchCertificates', { params: params() }));
      return fetched;
    },
    confirm: () =>
      change('confirmCertificates', {
        certificates: (fetched?.items ?? []).flatMap(({ signing, encryption }) =>
          [signing, encryption].filter((der) => der !== null).map(hashOfCertificate),
        ),
      }),
    reissue: (item = '1') => change('reissueItem', { item }),
    readOrder: () => keep(client().call('readOrder', { params: params() })),
    try: (call, body) =>
      client().call(call, {
        params: params() as never,
        body,
        idempotencyKey: freshIdempotencyKey(),
      }),
  };
}

const requests = new WeakMap<SoftwareKey, Map<string, string>>();

/** EC signatures differ each time; a repeated call must send the same bytes. */
function cachedRequest(key: SoftwareKey, subject: string): string {
  const bySubject = requests.get(key) ?? new Map<string, string>();
  requests.set(key, bySubject);
  const request = bySubject.get(subject) ?? requestFor(key, subject);
  bySubject.set(subject, request);
  return request;
}
