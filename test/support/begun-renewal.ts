// A rehearsal CA with one certificate that ends soon, and its holder, logged in.

import { parseCertificate, type Certificate } from '../../src/core/certificate/certificate.ts';
import type { GatewayAnswer, Order } from '../../src/contract/gateway.ts';
import type { GatewayClient } from '../../src/app/adapters/gateway-client.ts';
import type { SettingsChange } from '../../src/sandbox/settings.ts';
import { createApplicant, provisionHolder, type Applicant, type Holder } from './applicant.ts';
import { referenceTo, valueOf, type SoftwareAlgorithm } from './key-holder.ts';
import { openTestSandbox, type TestSandbox } from './test-sandbox.ts';

const open: TestSandbox[] = [];

/** For `afterEach`. */
export async function closeSandboxes(): Promise<void> {
  for (const sandbox of open.splice(0)) await sandbox.close();
}

export interface BegunRenewal {
  readonly sandbox: TestSandbox;
  readonly holder: Holder;
  readonly client: GatewayClient;
  readonly applicant: Applicant;
}

export async function begin(
  settings: SettingsChange = {},
  daysLeft = 12,
  algorithm: SoftwareAlgorithm = 'EC-P256',
): Promise<BegunRenewal> {
  const sandbox = await openTestSandbox({ settings });
  open.push(sandbox);
  const holder = await provisionHolder(sandbox.operator, { daysLeft, algorithm });
  const client = sandbox.client();
  const applicant = createApplicant(() => client, holder);
  await applicant.logIn();
  return { sandbox, holder, client, applicant };
}

/** Up to payment, or with `auto` to approval. */
export async function apply(applicant: Applicant, key: 'newKey' | 'sameKey' | null = null): Promise<Order> {
  await applicant.createOrder(key);
  await applicant.acceptAgreements();
  return applicant.submitForm();
}

/** From login to confirmation; answers the new certificate, base64. */
export async function renew(applicant: Applicant): Promise<string> {
  await apply(applicant);
  await applicant.submitRequest();
  const { items } = await applicant.fetch();
  await applicant.confirm();
  return items[0]!.signing;
}

export function read(certificate: string): Certificate {
  return valueOf(parseCertificate(Buffer.from(certificate, 'base64')));
}

export async function statusOf(
  sandbox: TestSandbox,
  { certificate }: Pick<Holder, 'certificate'>,
): Promise<GatewayAnswer<'readStatus'>['status']> {
  const answer = await sandbox.client().call('readStatus', { query: referenceTo(certificate) });
  return valueOf(answer).status;
}
