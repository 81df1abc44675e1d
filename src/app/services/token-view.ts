// What people and scripts are shown of a token: values, no words. The shape is also that of `ukey list --json`.

import { daysLeft } from '../../core/certificate/certificate.ts';
import { displayCertificate } from '../../core/certificate/display.ts';
import { formatTime } from '../../core/certificate/time.ts';
import type {
  CertificateState,
  ClassifiedCertificate,
  ClassifiedContainer,
} from '../../core/token/current.ts';
import type { ContainerId, PinState, Sm2Support, Token, TokenId } from '../../core/token/token.ts';

export interface CertificateView {
  /** Beginning of `sha256`, long enough to be unique among what was listed together. */
  readonly id: string;
  readonly container: ContainerId;
  readonly use: 'signing' | 'encryption' | 'both';
  readonly state: CertificateState;
  readonly subject: string;
  readonly commonName: string | null;
  readonly issuer: string;
  /** Even-length upper-case hex. */
  readonly serial: string;
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** Whole days; negative after the end. */
  readonly daysLeft: number;
  /** For example `RSA-2048`, `SM2`; `unknown`. */
  readonly algorithm: string;
  /** null: not visible before login. */
  readonly hasPrivateKey: boolean | null;
  readonly sha256: string;
}

export interface ContainerView {
  readonly id: ContainerId;
  readonly state: CertificateState;
  readonly certificates: readonly CertificateView[];
}

export interface TokenView {
  readonly id: TokenId;
  /** Kind of driver: `pkcs11`, `skf`, `software`. */
  readonly provider: string;
  /** Path of the driver or key file. */
  readonly module: string;
  readonly label: string;
  readonly serial: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly pin: { readonly state: PinState; readonly attemptsLeft: number | null };
  readonly sm2: Sm2Support;
  readonly containers: readonly ContainerView[];
  /** Those of all containers, in their order. */
  readonly certificates: readonly CertificateView[];
}

export interface ViewedToken {
  readonly kind: string;
  readonly module: string;
  readonly token: Token;
  readonly containers: readonly ClassifiedContainer[];
}

/** @param idLength characters of a certificate's id, from `certificateIdLength` over all tokens */
export function viewToken(viewed: ViewedToken, now: number, idLength: number): TokenView {
  const { token } = viewed;
  const containers = viewed.containers.map(({ id, state, certificates }) => ({
    id,
    state,
    certificates: certificates.map((entry) => viewCertificate(entry, id, now, idLength)),
  }));
  return {
    id: token.id,
    provider: viewed.kind,
    module: viewed.module,
    label: token.label,
    serial: token.serial,
    manufacturer: token.manufacturer,
    model: token.model,
    pin: { state: token.pin.state, attemptsLeft: token.pin.attemptsLeft },
    sm2: sm2Of(viewed),
    containers,
    certificates: containers.flatMap(({ certificates }) => certificates),
  };
}

/** PKCS#11 modules may show an SM2 key as one on an unknown curve and name no mechanism for it. */
function sm2Of({ token, containers }: ViewedToken): Sm2Support {
  const holdsSm2 = containers.some((container) =>
    container.certificates.some(({ certificate }) => certificate.algorithm === 'SM2'),
  );
  return token.sm2 === 'none' && holdsSm2 ? 'readOnly' : token.sm2;
}

function viewCertificate(
  { certificate, use, state, hasPrivateKey }: ClassifiedCertificate,
  container: ContainerId,
  now: number,
  idLength: number,
): CertificateView {
  return {
    id: certificate.sha256.slice(0, idLength),
    container,
    use,
    state,
    subject: certificate.subject.display,
    commonName: certificate.subject.commonName,
    issuer: certificate.issuer.display,
    serial: certificate.serial,
    notBefore: formatTime(certificate.notBefore),
    notAfter: formatTime(certificate.notAfter),
    daysLeft: daysLeft(certificate, now),
    algorithm: displayCertificate(certificate, now).publicKey,
    hasPrivateKey,
    sha256: certificate.sha256,
  };
}

const SHORTEST_ID = 8;

/** Shortest length at which the hashes differ; equal hashes are one certificate. */
export function certificateIdLength(hashes: readonly string[]): number {
  const different = [...new Set(hashes)];
  let length = SHORTEST_ID;
  while (new Set(different.map((hash) => hash.slice(0, length))).size < different.length) length += 1;
  return length;
}
