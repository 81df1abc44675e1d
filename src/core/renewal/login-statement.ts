/**
 * The text a key signs to log in at a gateway. Fixed prefix, gateway, purpose and nonce, so that a gateway
 * can never have anything else signed by it, nor use the signature at another gateway. ASCII, LF, no final LF.
 *
 * @param gateway origin of the gateway as a URL origin, for example `https://ra.example.cn`
 * @param nonce lower-case hex of 32 bytes
 */
export function loginStatement(gateway: string, purpose: string, nonce: string): string {
  return ['Certificate Assistant login v1', gateway, purpose, nonce].join('\n');
}
