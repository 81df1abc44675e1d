// What the work of one renewal has at hand: ports, the open token, and what was read meanwhile.

import type { Order } from '../../../contract/gateway.ts';
import type { Certificate } from '../../../core/certificate/certificate.ts';
import type { ReadCertificate } from '../../../core/certificate/certificate-reader.ts';
import type { SignatureVerifier } from '../../../core/certificate/signature-verifier.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import type { Result } from '../../../core/errors/result.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import type { Command, RenewalEvent, RenewalState } from '../../../core/renewal/state.ts';
import type { Digest } from '../../../core/seal/verification.ts';
import type { Envelope, TokenProvider } from '../../../core/token/provider.ts';
import type { ContainerId, EncryptionKeyEnvelope, KeyContainer, Token } from '../../../core/token/token.ts';
import type { GatewayClient } from '../../adapters/gateway-client.ts';
import type { RenewalDialogue } from './dialogue.ts';

export interface TokenHandle {
  readonly provider: TokenProvider;
  readonly token: Token;
}

export interface RenewalPorts {
  findToken(wanted: string): Promise<Result<TokenHandle, AppError>>;
  readonly readCertificate: ReadCertificate;
  readonly verifier: SignatureVerifier;
  /** Seals a few bytes to a public key, for the decryption test; null: no way to for this kind of key. */
  seal(spki: Uint8Array, plaintext: Uint8Array): Envelope | null;
  /** Parses an encryption key as a CA delivers it, in whatever form, into the one shape tokens import. `spki`: of the certificate. */
  readEnvelope(delivered: string, spki: Uint8Array): Result<EncryptionKeyEnvelope, AppError>;
  readonly clock: { now(): number };
  random(bytes: number): Uint8Array;
  sha256Hex(data: string | Uint8Array): string;
  readonly digest: Digest;
  /** Pauses until worth asking a CA again; `stayOpen`: the token stays logged in meanwhile. */
  readonly stayOpen: boolean;
}

/** Keeps one gateway session over a crash, for in-place renewals between key generation and request. */
export interface SessionVault {
  keep(session: string): Promise<Result<void, AppError>>;
  recall(): Promise<string | null>;
  forget(): Promise<void>;
}

/** Keeps the data object of the old seal until the new one is proved. */
export interface SealBackup {
  /** Durable when it resolves. */
  keep(content: Uint8Array): Promise<Result<void, AppError>>;
  recall(): Promise<Uint8Array | null>;
}

export interface RenewalContext {
  readonly ports: RenewalPorts;
  readonly dialogue: RenewalDialogue;
  readonly handle: TokenHandle;
  readonly gateway: GatewayClient;
  readonly profile: Profile;
  /** null: a first issue. */
  readonly old: { readonly certificate: Certificate; readonly container: ContainerId } | null;
  readonly vault: SessionVault;
  readonly sealBackup: SealBackup;
  /** Containers as read when the token was opened. */
  containers: readonly KeyContainer[];
  /** The order as last read, for what people are shown. */
  order: Order | null;
  /** The CA's own certificates as it sent them, base64: for building paths, trusted for nothing. */
  authorities: readonly string[];
  /** Trust path of each item's signing certificate, leaf first; filled by the proof. */
  readonly paths: Map<string, readonly Certificate[]>;
}

/** One kind of work. Answers what happened; an expected failure is an error value. */
export type Work<N extends Command['do']> = (
  context: RenewalContext,
  command: Extract<Command, { do: N }>,
  state: RenewalState,
) => Promise<Result<readonly RenewalEvent[], AppError>>;
