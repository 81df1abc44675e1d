// What is known about one renewal. Everything here is public data: it is what the journal holds.
// The state is never the truth about the key; `resumed` replaces what it says about the key by what was read.

import type { AppError } from '../errors/codes.ts';
import type { ContainerId, KeyAlgorithm, TokenId } from '../token/token.ts';
import type { SealOffer, SealPlan } from './seal-plan.ts';

/**
 * How the new certificate gets onto the key.
 * - `new`: a new key in a new container; the old one stays untouched.
 * - `same`: certificates replaced over the same key; the old bytes are kept for rollback.
 * - `inPlace`: a new key in the only container; the old key is gone at once. Only with explicit consent.
 */
export type RenewalMode = 'new' | 'same' | 'inPlace';

/** The certificate that is renewed, as it was when the renewal began. */
export interface OldCertificate {
  readonly container: ContainerId;
  /** DER, base64. */
  readonly certificate: string;
  /** The encryption certificate of a dual pair, DER, base64. */
  readonly encryptionCertificate: string | null;
  readonly sha256: string;
  readonly serial: string;
  /** SHA-256 of the issuer's DER Name, hex. */
  readonly issuer: string;
  /** SHA-256 of the SubjectPublicKeyInfo, hex. */
  readonly key: string;
  readonly algorithm: KeyAlgorithm | null;
  /** Milliseconds since 1970 UTC. */
  readonly notAfter: number;
}

/**
 * What was asked for. A first issue (`old` null) runs through the same states as a renewal: it only begins with
 * the CA's reference number and authorisation code instead of an old certificate.
 */
export interface RenewalRequest {
  readonly renewalId: string;
  readonly token: TokenId;
  readonly gateway: string;
  readonly profile: string;
  /** Trust anchors the person named, DER, base64; empty: the profile's, or the root of the old certificate. */
  readonly anchors: readonly string[];
  readonly old: OldCertificate | null;
  /** 业务受理号 of a first issue. The authorisation code that goes with it is a secret and never stored. */
  readonly reference: string | null;
  /** What the person asked for; null lets the preflight decide. */
  readonly mode: RenewalMode | null;
}

/** What the CA's order says, as far as the machine needs it. */
export interface OrderView {
  readonly id: string;
  readonly state:
    'draft' | 'unpaid' | 'inReview' | 'approved' | 'issued' | 'confirmed' | 'rejected' | 'frozen';
  readonly text: string;
  readonly agreementsOpen: boolean;
  readonly formOpen: boolean;
  readonly payment: { readonly amountFen: number; readonly qr: string } | null;
  readonly items: readonly OrderItemView[];
  /** The seal that comes with the certificates; null: none does. */
  readonly seal: SealOffer | null;
}

export interface OrderItemView {
  readonly id: string;
  readonly algorithm: KeyAlgorithm;
  readonly key: 'newKey' | 'sameKey';
  readonly needsRequest: boolean;
  readonly certificates: 'single' | 'dual';
  readonly state: 'awaitingRequest' | 'issued' | 'confirmed';
  /** SHA-256 of the SubjectPublicKeyInfo the CA has a request for, hex. */
  readonly requestKey: string | null;
}

/** One certificate (or dual pair) of the order on its way to the key. */
export interface RenewalItem {
  readonly id: string;
  /** Chosen and journalled before anything is made under that name. */
  readonly container: ContainerId | null;
  readonly containerCreated: boolean;
  /** SHA-256 of the SubjectPublicKeyInfo of the key made for this item, hex. */
  readonly key: string | null;
  /** PKCS#10, DER, base64. */
  readonly request: string | null;
  readonly issued: IssuedCertificates | null;
  readonly proved: boolean;
  readonly encryptionKeyImported: boolean;
  readonly encryptionWritten: boolean;
  /** The commit mark. */
  readonly signingWritten: boolean;
  /** Read back byte for byte, signed and verified, decrypted. */
  readonly tested: boolean;
}

export interface IssuedCertificates {
  /** DER, base64. */
  readonly signing: string;
  /** SHA-256 of the signing certificate, hex. */
  readonly signingSha256: string;
  readonly encryption: string | null;
  readonly encryptionSha256: string | null;
  /** SHA-256 of the encryption certificate's SubjectPublicKeyInfo, hex. */
  readonly encryptionKey: string | null;
  /** The CA delivered the encryption key in an envelope. It is fetched again when needed, never journalled. */
  readonly hasEnvelope: boolean;
  readonly chain: readonly string[];
}

export interface RenewalFailure {
  readonly during: CommandName;
  readonly error: AppError;
}

export interface RenewalState {
  readonly request: RenewalRequest;
  /** Consents the person gave, by name. */
  readonly consents: readonly Consent[];
  /** Verified PIN in the driver host; never survives a failure or a restart. */
  readonly tokenOpen: boolean;
  readonly gatewayOpen: boolean;
  /** Server time minus this computer's time when last heard, in milliseconds. */
  readonly clockOffset: number | null;
  /** False once an in-place generation has replaced the old key. */
  readonly oldKeyPresent: boolean;
  readonly oldRevokedAt: 'issuance' | 'confirm' | 'later' | 'unknown';
  /** The CA has a confirm call. */
  readonly confirms: boolean;
  readonly eligible: boolean;
  readonly mode: RenewalMode | null;
  /** Algorithms for which a key was made and deleted again on this token. */
  readonly probed: readonly KeyAlgorithm[];
  /** The token held certificates when it was opened first. */
  readonly holdsOthers: boolean;
  readonly order: OrderView | null;
  /** The order was read since the gateway was opened. */
  readonly orderFresh: boolean;
  /** The person was told why the CA rejected the order; going on means correcting the form. */
  readonly rejectionSeen: boolean;
  /** How often that happened: a corrected form is another form, even when it reads the same. */
  readonly rejections: number;
  readonly items: readonly RenewalItem[];
  /** same-key mode: the old certificate was written back after a failed write. */
  readonly rollingBack: boolean;
  readonly delivered: boolean;
  /** What becomes of the seal; null: not looked at yet. */
  readonly seal: SealPlan | null;
  /** The data object of the old seal is kept in a file. */
  readonly sealKept: boolean;
  readonly sealWritten: boolean;
  /** Why the CA's seal was not written; the old one is as it was. */
  readonly sealRefused: AppError | null;
  /** null: the CA does not say. */
  readonly oldRevoked: boolean | null;
  readonly finished: boolean;
  readonly failure: RenewalFailure | null;
}

/** Consents that a renewal may need before anything is paid. */
export type Consent =
  /** The old certificate will be revoked; encrypted bids not yet opened may not open afterwards. */
  | 'oldRevoked'
  /** In-place mode: from key generation on there is no way back. */
  | 'pointOfNoReturn'
  /** First issue onto a key that holds certificates: the new one is kept beside them. */
  | 'besideOthers';

export type Command =
  | { readonly do: 'askConsent'; readonly consents: readonly Consent[] }
  | { readonly do: 'openToken' }
  /** `code`: with reference number and authorisation code. */
  | { readonly do: 'openGateway'; readonly by: 'oldKey' | 'newKey' | 'code' }
  | { readonly do: 'readEligibility' }
  /** `algorithm` null: the old key's. */
  | { readonly do: 'probeRoom'; readonly algorithm: KeyAlgorithm | null }
  | { readonly do: 'createOrder'; readonly mode: RenewalMode }
  | { readonly do: 'acceptAgreements'; readonly order: string }
  | { readonly do: 'submitForm'; readonly order: string }
  | { readonly do: 'awaitOrder'; readonly order: string; readonly state: OrderView['state'] }
  | { readonly do: 'readOrder'; readonly order: string }
  | { readonly do: 'chooseContainer'; readonly item: string }
  | { readonly do: 'createContainer'; readonly item: string; readonly container: ContainerId }
  | {
      readonly do: 'generateKey';
      readonly item: string;
      readonly container: ContainerId;
      readonly algorithm: KeyAlgorithm;
    }
  | {
      readonly do: 'signRequest';
      readonly item: string;
      readonly container: ContainerId;
      /** SHA-256 of the key that must sign. */
      readonly key: string;
    }
  | {
      readonly do: 'submitRequest';
      readonly order: string;
      readonly item: string;
      readonly request: string;
    }
  /** The CA holds a request for a key that is not on the token any more. Never paid again. */
  | { readonly do: 'requestReissue'; readonly order: string; readonly item: string; readonly lostKey: string }
  | { readonly do: 'fetchCertificates'; readonly order: string }
  | { readonly do: 'proveCertificates'; readonly item: string }
  | { readonly do: 'importEncryptionKey'; readonly item: string; readonly container: ContainerId }
  | {
      readonly do: 'writeCertificate';
      readonly item: string;
      readonly container: ContainerId;
      readonly use: 'signing' | 'encryption';
    }
  | { readonly do: 'testKey'; readonly item: string; readonly container: ContainerId }
  | { readonly do: 'rollBack'; readonly container: ContainerId }
  | { readonly do: 'confirm'; readonly order: string }
  /** Looks at the seal on the key and says what will become of it. */
  | { readonly do: 'planSeal'; readonly order: string }
  | { readonly do: 'keepSeal'; readonly object: string }
  | { readonly do: 'writeSeal'; readonly order: string; readonly object: string }
  | { readonly do: 'readOldStatus' };

export type CommandName = Command['do'];

/** Where a renewal stands, for people: participles. */
export type Phase =
  | 'awaitingConsent'
  | 'awaitingPin'
  | 'loggingIn'
  | 'checkingEligibility'
  | 'preflighting'
  | 'ordering'
  | 'awaitingApproval'
  | 'generating'
  | 'requesting'
  | 'proving'
  | 'writing'
  | 'testing'
  | 'rollingBack'
  | 'confirming'
  | 'sealing'
  | 'stopped'
  | 'done';

/** What the key held when it was read on resume. */
export interface ContainerFacts {
  readonly id: ContainerId;
  /** SHA-256 of each SubjectPublicKeyInfo that has its private key (after login), hex. */
  readonly keys: readonly string[];
  /** SHA-256 of each stored certificate, hex. */
  readonly certificates: readonly string[];
}

export type RenewalEvent =
  | { readonly type: 'consented'; readonly consents: readonly Consent[] }
  | { readonly type: 'tokenOpened'; readonly containers: readonly ContainerFacts[] }
  | {
      readonly type: 'gatewayOpened';
      readonly clockOffset: number;
      readonly oldRevokedAt: 'issuance' | 'confirm' | 'later';
      readonly confirms: boolean;
    }
  | { readonly type: 'eligible' }
  /** `algorithm` null: the mode needs no room. */
  | { readonly type: 'roomProbed'; readonly mode: RenewalMode; readonly algorithm: KeyAlgorithm | null }
  | { readonly type: 'orderRead'; readonly order: OrderView }
  /** Heard without a PIN: only the state is known. */
  | { readonly type: 'orderNoticed'; readonly state: OrderView['state'] }
  /** The PIN's operation ended while an order waits. */
  | { readonly type: 'tokenClosed' }
  /** `key`: the key that is already in it, where one was found by its public key. */
  | {
      readonly type: 'containerChosen';
      readonly item: string;
      readonly container: ContainerId;
      readonly key: string | null;
    }
  | { readonly type: 'containerCreated'; readonly item: string }
  | { readonly type: 'keyGenerated'; readonly item: string; readonly key: string }
  | { readonly type: 'requestSigned'; readonly item: string; readonly request: string }
  | { readonly type: 'reissued'; readonly item: string; readonly order: OrderView }
  | {
      readonly type: 'issued';
      readonly items: readonly { readonly item: string; readonly certificates: IssuedCertificates }[];
    }
  | { readonly type: 'proved'; readonly item: string }
  | { readonly type: 'encryptionKeyImported'; readonly item: string }
  | { readonly type: 'certificateWritten'; readonly item: string; readonly use: 'signing' | 'encryption' }
  | { readonly type: 'tested'; readonly item: string }
  | { readonly type: 'rolledBack' }
  | { readonly type: 'confirmed'; readonly order: OrderView }
  | { readonly type: 'sealPlanned'; readonly plan: SealPlan }
  | { readonly type: 'sealKept' }
  | { readonly type: 'sealWritten' }
  /** Nothing is to be hoped from another try; the old seal is on the key. */
  | { readonly type: 'sealRefused'; readonly error: AppError }
  | { readonly type: 'oldStatusRead'; readonly revoked: boolean | null }
  | { readonly type: 'failed'; readonly during: CommandName; readonly error: AppError }
  /** The process was restarted, or the person asks to go on. Everything volatile is forgotten. */
  | { readonly type: 'resumed' };
