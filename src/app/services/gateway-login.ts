// Opening a session at a CA's gateway. The key signs the login statement and nothing else of the CA's choosing.

import type { GatewayBody, LoginPurpose } from '../../contract/gateway.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { done, type Result } from '../../core/errors/result.ts';
import { loginStatement } from '../../core/renewal/login-statement.ts';
import type { KeyAlgorithm } from '../../core/token/token.ts';
import type { GatewayClient } from '../adapters/gateway-client.ts';
import { hashFor } from './key-test.ts';

export interface GatewayLogin extends Pick<GatewayBody<'login'>, 'certificate' | 'publicKey'> {
  readonly purpose: LoginPurpose;
  /** Of the key that signs. */
  readonly algorithm: KeyAlgorithm;
  sign(message: Uint8Array): Promise<Result<Uint8Array, AppError>>;
}

/** The token is logged in; afterwards `gateway` has the session. */
export async function logInToGateway(
  gateway: GatewayClient,
  { purpose, algorithm, certificate, publicKey, sign }: GatewayLogin,
): Promise<Result<void, AppError>> {
  const challenge = await gateway.call('requestChallenge', { body: { purpose } });
  if (!challenge.ok) return challenge;
  const { nonce } = challenge.value;
  const signed = await sign(Buffer.from(loginStatement(gateway.origin, purpose, nonce), 'ascii'));
  if (!signed.ok) return signed;
  const signature = Buffer.from(signed.value).toString('base64');
  const answer = await gateway.call('login', {
    body: { purpose, nonce, certificate, publicKey, hash: hashFor(algorithm), signature },
  });
  if (!answer.ok) return answer;
  gateway.useSession(answer.value.session);
  return done;
}
