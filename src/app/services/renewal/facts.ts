import { createHash } from 'node:crypto';
import { certificateUse, type Certificate } from '../../../core/certificate/certificate.ts';
import type { ReadCertificate } from '../../../core/certificate/certificate-reader.ts';
import { spkiFingerprint } from '../../../core/certificate/spki.ts';
import type { ContainerFacts, OrderView } from '../../../core/renewal/state.ts';
import type { KeyContainer } from '../../../core/token/token.ts';
import type { Order } from '../../../contract/gateway.ts';
import type { RenewalContext } from './context.ts';

/** What the machine needs of the containers read after login: fingerprints, nothing else. */
export function containerFacts(containers: readonly KeyContainer[]): readonly ContainerFacts[] {
  return containers.map(({ id, keys, certificates }) => ({
    id,
    keys: keys.flatMap(({ publicKey, hasPrivateKey }) =>
      publicKey !== null && hasPrivateKey === true ? [spkiFingerprint(publicKey)] : [],
    ),
    certificates: certificates.map(({ der }) => createHash('sha256').update(der).digest('hex')),
  }));
}

/** A certificate as journal and gateway hold it: base64 of its DER. */
export function readEncoded(
  { ports }: Pick<RenewalContext, 'ports'>,
  base64: string,
): ReturnType<ReadCertificate> {
  return ports.readCertificate(Buffer.from(base64, 'base64'));
}

/** Every certificate on the token that can be parsed; the others are shown elsewhere and used nowhere. */
export function certificatesOf({ ports, containers }: RenewalContext): readonly Certificate[] {
  return containers.flatMap(({ certificates }) =>
    certificates.flatMap(({ der }) => {
      const parsed = ports.readCertificate(der);
      return parsed.ok ? [parsed.value] : [];
    }),
  );
}

/** The certificate of that use in a container, by the driver's word or by its own key usage. */
export function certificateOfUse(
  container: KeyContainer,
  use: 'signing' | 'encryption',
  readCertificate: ReadCertificate,
): Certificate | undefined {
  for (const { der, use: stored } of container.certificates) {
    const parsed = readCertificate(der);
    if (!parsed.ok) continue;
    const found = stored ?? certificateUse(parsed.value);
    if (found === use || (found === 'both' && use === 'signing')) return parsed.value;
  }
  return undefined;
}

export function orderView(order: Order): OrderView {
  return {
    id: order.id,
    state: order.state,
    text: order.text,
    agreementsOpen: order.agreements.some(({ accepted }) => !accepted),
    formOpen: !order.formSubmitted || order.state === 'rejected',
    payment: order.payment,
    seal: order.seal,
    items: order.items.map(({ id, algorithm, key, needsRequest, certificates, state, requestKey }) => ({
      id,
      algorithm,
      key,
      needsRequest,
      certificates,
      state,
      requestKey,
    })),
  };
}
