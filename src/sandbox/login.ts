// Logging in by a signed statement: challenges that work once, sessions that end after a day. The state holds
// sessions only as hashes.

import { createHash, timingSafeEqual } from 'node:crypto';
import { decodeBase64 } from '../core/certificate/base64.ts';
import { parseCertificate } from '../core/certificate/certificate.ts';
import type { SignatureAlgorithm } from '../core/certificate/signature-verifier.ts';
import { keyAlgorithmOf, spkiFingerprint } from '../core/certificate/spki.ts';
import { encodeUtf8 } from '../core/certificate/text.ts';
import { ok, type Result } from '../core/errors/result.ts';
import { loginStatement } from '../core/renewal/login-statement.ts';
import type { GatewayAnswer, GatewayBody, LoginPurpose } from '../contract/gateway.ts';
import { refuse, type Ca, type Refused } from './ca.ts';
import { isEscrowed } from './key-centre.ts';
import { isRevoked, type SandboxState } from './state.ts';

const CHALLENGE_LIFETIME = 5 * 60_000;
const SESSION_LIFETIME = 24 * 3_600_000;

/** More than anybody needs at once; the oldest are forgotten. */
const MAX_OPEN = 1000;

export function createChallenge(
  state: SandboxState,
  purpose: LoginPurpose,
  ca: Ca,
): GatewayAnswer<'requestChallenge'> {
  const nonce = Buffer.from(ca.random(32)).toString('hex');
  const expiresAt = ca.now + CHALLENGE_LIFETIME;
  state.challenges = [
    ...state.challenges.filter((challenge) => challenge.expiresAt > ca.now).slice(1 - MAX_OPEN),
    { nonce, purpose, expiresAt },
  ];
  return { nonce, expiresAt: new Date(expiresAt).toISOString() };
}

/** Uses up the challenge whatever it answers, so the state is to be kept in any case. */
export async function logIn(
  state: SandboxState,
  body: GatewayBody<'login'>,
  ca: Ca,
): Promise<Result<GatewayAnswer<'login'>, Refused>> {
  const challenge = state.challenges.find(({ nonce }) => nonce === body.nonce);
  state.challenges = state.challenges.filter((other) => other !== challenge);
  if (challenge?.purpose !== body.purpose || challenge.expiresAt <= ca.now)
    return refuse('loginRefused', '登录请求已失效，请重新登录。');
  const spki = keyOf(body);
  if (spki === null) return refuse('badRequest', '登录需要一张证书，或一个已提交申请的公钥。');
  if (!(await isSigned(body, spki, ca))) return refuse('loginRefused', '登录签名不正确。');
  const key = spkiFingerprint(spki);
  if (body.certificate === null && !isRequestKey(state, key))
    return refuse('loginRefused', '没有订单使用这个密钥。');
  if (isEscrowed(state, key)) return refuse('loginRefused', '加密证书不能用来登录。');
  if (isShutOut(state, key, ca.now)) return refuse('loginRefused', '这张证书已被撤销，不能登录。');
  return ok(openSession(state, { key, order: null }, ca));
}

/** Whoever has a session: a key that logged in, or somebody with the authorisation code of one order. */
export type Visitor =
  { readonly key: string; readonly order: null } | { readonly key: null; readonly order: string };

/** null: no such session, or it has ended. */
export function sessionVisitor(state: SandboxState, token: string, now: number): Visitor | null {
  const wanted = Buffer.from(hashOf(token), 'hex');
  const session = state.sessions.find(({ tokenHash }) =>
    timingSafeEqual(Buffer.from(tokenHash, 'hex'), wanted),
  );
  if (session === undefined || session.expiresAt <= now) return null;
  const { key, order } = session;
  if (key !== null) return { key, order: null };
  return order === null ? null : { key, order };
}

export function openSession(state: SandboxState, visitor: Visitor, ca: Ca): GatewayAnswer<'login'> {
  const session = Buffer.from(ca.random(32)).toString('base64url');
  const expiresAt = ca.now + SESSION_LIFETIME;
  state.sessions = [
    ...state.sessions.filter((open) => open.expiresAt > ca.now).slice(1 - MAX_OPEN),
    { tokenHash: hashOf(session), ...visitor, expiresAt },
  ];
  return { session, expiresAt: new Date(expiresAt).toISOString() };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** SubjectPublicKeyInfo, DER; null unless exactly one of certificate and key is given and readable. */
function keyOf({ certificate, publicKey }: GatewayBody<'login'>): Uint8Array | null {
  if ((certificate === null) === (publicKey === null)) return null;
  if (certificate === null) return decodeBase64(publicKey ?? '');
  const der = decodeBase64(certificate);
  const parsed = der === null ? null : parseCertificate(der);
  return parsed?.ok === true ? parsed.value.spki : null;
}

async function isSigned(body: GatewayBody<'login'>, spki: Uint8Array, ca: Ca): Promise<boolean> {
  const algorithm = signatureAlgorithm(spki, body.hash);
  const signature = decodeBase64(body.signature);
  if (algorithm === null || signature === null) return false;
  const statement = encodeUtf8(loginStatement(ca.requestOrigin, body.purpose, body.nonce));
  return ca.verifier.verify(spki, algorithm, statement, signature);
}

function signatureAlgorithm(spki: Uint8Array, hash: GatewayBody<'login'>['hash']): SignatureAlgorithm | null {
  const algorithm = keyAlgorithmOf(spki);
  if (algorithm === null) return null;
  if (algorithm === 'SM2' || hash === 'SM3') return algorithm === 'SM2' && hash === 'SM3' ? 'SM2-SM3' : null;
  const digest = ({ 'SHA-256': 'SHA256', 'SHA-384': 'SHA384', 'SHA-512': 'SHA512' } as const)[hash];
  return algorithm.startsWith('RSA') ? `RSA-${digest}` : `ECDSA-${digest}`;
}

function isRequestKey(state: SandboxState, key: string): boolean {
  return state.orders.some((order) => order.items.some((item) => item.requestKey === key));
}

/**
 * An expired certificate may log in, and so may one that an order has superseded. A key whose certificates
 * were all revoked otherwise may not.
 */
function isShutOut(state: SandboxState, key: string, now: number): boolean {
  const certificates = state.certificates.filter((record) => record.key === key);
  return (
    certificates.length > 0 &&
    certificates.every((record) => isRevoked(record, now) && record.revoked?.reason !== 'superseded')
  );
}
