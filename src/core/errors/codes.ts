// The one list of error codes. The number is stable and can be read over a telephone:
// 1xxx token and driver, 2xxx PIN, 3xxx certificate, 4xxx order and renewal, 5xxx this computer,
// 6xxx seal, 9xxx internal. A number is never used again for another meaning.
// A new code does not compile before it has a recovery (recovery.ts) and a sentence (resources/locales).

import type { NativeFailure } from './native-failure.ts';

export const ERROR_NUMBERS = {
  'driver.unavailable': 1001,
  'driver.notFound': 1002,
  'driver.invalid': 1003,
  'driver.wrongArchitecture': 1004,
  'driver.crashed': 1005,
  'driver.timeout': 1006,
  'driver.failed': 1007,
  'driver.unsupported': 1008,
  'driver.relativePath': 1009,
  'token.notFound': 1010,
  'token.removed': 1011,
  'token.ambiguous': 1012,
  'token.full': 1013,
  'token.writeRefused': 1014,
  'token.busy': 1015,
  'token.changed': 1016,
  'token.none': 1017,
  'container.notFound': 1020,
  'container.exists': 1021,
  'container.inUse': 1027,
  'key.notFound': 1022,
  'key.unsupported': 1023,
  'data.notFound': 1024,
  'key.signatureInvalid': 1025,
  'key.decryptionFailed': 1026,
  'key.removed': 1028,

  'pin.required': 2001,
  'pin.incorrect': 2002,
  'pin.locked': 2003,
  'pin.tooShort': 2004,
  'pin.tooLong': 2005,
  'pin.uninitialised': 2006,
  'pin.lastTry': 2007,
  'pin.refused': 2008,

  'certificate.unparsable': 3001,
  'certificate.notFound': 3002,
  'certificate.ambiguous': 3003,
  'certificate.withoutKey': 3004,
  'certificate.expired': 3005,
  'certificate.notYetValid': 3006,
  'certificate.keyMismatch': 3007,
  'certificate.untrusted': 3008,
  'certificate.badSignature': 3009,
  'certificate.subjectMismatch': 3010,
  'certificate.issuerMismatch': 3011,
  'certificate.validityMismatch': 3012,
  'certificate.usageMismatch': 3013,
  'certificate.missing': 3014,
  'certificate.notWritten': 3015,
  'certificate.algorithmUnsupported': 3016,
  'certificate.weakAlgorithm': 3017,
  'certificate.removed': 3018,
  'certificate.replaced': 3019,
  'certificate.repeated': 3024,
  'certificateRequest.invalid': 3020,
  'envelope.invalid': 3021,
  'envelope.keyMismatch': 3022,

  'gateway.unreachable': 4001,
  'gateway.timeout': 4002,
  'gateway.invalidAnswer': 4003,
  'gateway.refused': 4004,
  'gateway.failed': 4005,
  'gateway.redirected': 4006,
  'gateway.version': 4007,
  'gateway.insecure': 4008,
  'gateway.loginRefused': 4009,
  'gateway.cancelled': 4010,
  'order.unpaid': 4020,
  'order.inReview': 4021,
  'order.rejected': 4022,
  'order.frozen': 4023,
  'order.notFound': 4024,
  'order.conflict': 4025,
  'renewal.notEligible': 4040,
  'renewal.interrupted': 4041,
  'renewal.notFound': 4042,
  'renewal.consentNeeded': 4043,
  'renewal.modeUnavailable': 4044,
  'renewal.selfTestFailed': 4045,
  'renewal.journalDamaged': 4046,
  'renewal.unfinished': 4047,
  'renewal.keyLost': 4048,
  'renewal.anchorNeeded': 4049,
  'accompaniment.notFound': 4060,
  'accompaniment.unfinished': 4061,
  'accompaniment.waiting': 4062,

  'storage.full': 5001,
  'storage.readOnly': 5002,
  'storage.newerSchema': 5003,
  'storage.damaged': 5004,
  'file.unreadable': 5005,
  'software.missing': 5006,
  'sandbox.inUse': 5007,
  'file.missing': 5008,
  'file.exists': 5009,
  'keyFile.invalid': 5010,
  'keyFile.passwordIncorrect': 5011,
  'keyFile.unsupported': 5012,
  'keyFile.passwordTooShort': 5013,
  'profile.invalid': 5014,
  'check.notFound': 5020,
  'profile.notFound': 5021,
  'portal.notOpened': 5030,
  'repair.notFound': 5022,
  'repair.refused': 5023,
  'repair.changed': 5024,
  'repair.failed': 5025,
  'repair.declined': 5026,
  'repair.unavailable': 5027,
  'repair.recordNotFound': 5028,
  'repair.busy': 5029,
  'environment.unfit': 5031,
  'proxy.unreachable': 5040,
  'proxy.loginNeeded': 5041,
  'proxy.refused': 5042,
  'proxy.unread': 5043,

  'seal.unreadable': 6001,
  'seal.badSignature': 6002,
  'seal.validity': 6003,
  'seal.signerNotListed': 6004,
  'seal.listUnreadable': 6005,
  'seal.mismatch': 6006,
  'seal.none': 6007,
  'seal.unrecognised': 6008,
  'seal.notFound': 6009,
  'seal.removed': 6060,
  'seal.notWritten': 6022,
  'signature.unreadable': 6010,
  'signature.invalid': 6011,
  'signature.unverifiable': 6012,
  'signature.weakDigest': 6013,
  'signature.timeDoubtful': 6014,
  'signature.timeMissing': 6015,
  'signature.pathDiffers': 6016,
  'signature.revoked': 6017,
  'signature.chainUnchecked': 6018,
  'signature.revocationUnchecked': 6019,
  'signature.timeStampInvalid': 6020,
  'signature.timeStampUntrusted': 6021,
  'document.unreadable': 6030,
  'document.tooLarge': 6031,
  'document.unsigned': 6032,
  'document.changed': 6033,
  'document.extended': 6034,
  'document.partlySigned': 6035,
  'document.byteRange': 6036,
  'document.encrypted': 6037,
  'document.contentMissing': 6038,
  'document.unsupported': 6039,
  'document.otherRecipient': 6040,

  'internal.unexpected': 9001,
  'request.invalid': 9002,
  'usage.invalid': 9003,
} as const;

export type ErrorCode = keyof typeof ERROR_NUMBERS;

/** What an error carries besides its code. A code that is not listed carries nothing. */
interface ErrorData {
  'driver.unavailable': { readonly module: string; readonly reason: string };
  'driver.notFound': { readonly module: string };
  'driver.invalid': { readonly module: string; readonly reason: string };
  'driver.wrongArchitecture': { readonly module: string; readonly found: string; readonly needed: string };
  'driver.crashed': { readonly module: string; readonly call: string };
  'driver.timeout': { readonly module: string; readonly call: string };
  'driver.failed': { readonly module: string };
  'driver.unsupported': { readonly operation: string };
  'driver.relativePath': { readonly module: string };
  'token.notFound': { readonly wanted: string };
  'token.ambiguous': { readonly wanted: string; readonly matches: readonly string[] };
  'token.busy': { readonly pid: number };
  'container.notFound': { readonly container: string };
  'container.exists': { readonly container: string };
  'container.inUse': { readonly container: string };
  'key.unsupported': { readonly algorithm: string };
  'data.notFound': { readonly name: string };
  /** attemptsLeft null: the driver does not say. */
  'pin.incorrect': { readonly attemptsLeft: number | null };
  'pin.tooShort': { readonly min: number };
  'pin.tooLong': { readonly max: number };
  'certificate.unparsable': { readonly reason: string };
  'certificate.notFound': { readonly wanted: string };
  'certificate.ambiguous': { readonly wanted: string; readonly matches: readonly string[] };
  'certificate.expired': { readonly notAfter: string };
  'certificate.notYetValid': { readonly notBefore: string };
  'certificate.subjectMismatch': { readonly expected: string; readonly found: string };
  'certificate.issuerMismatch': { readonly expected: string; readonly found: string };
  'certificate.validityMismatch': { readonly expected: string; readonly found: string };
  'certificate.usageMismatch': { readonly expected: string; readonly found: string };
  'certificate.missing': { readonly use: string };
  'certificate.algorithmUnsupported': { readonly algorithm: string };
  'certificate.weakAlgorithm': { readonly algorithm: string };
  /** Serial numbers of certificates that were on the key before. `replaced`: their keys are still there. */
  'certificate.removed': { readonly serials: readonly string[] };
  'certificate.replaced': { readonly serials: readonly string[] };
  'certificate.repeated': { readonly serial: string };
  /** How many keys are gone, and the serial numbers of their certificates; null: they had none. */
  'key.removed': { readonly serials: readonly string[] | null; readonly keys: number };
  'certificate.untrusted': { readonly reason?: UntrustedReason };
  'certificateRequest.invalid': { readonly reason: string };
  'envelope.invalid': { readonly reason: string };
  'gateway.unreachable': { readonly gateway: string };
  'gateway.timeout': { readonly gateway: string; readonly seconds: number };
  'gateway.invalidAnswer': { readonly reason: string };
  /** The CA's own reason code and sentence, shown to the person as the CA wrote it. */
  'gateway.refused': { readonly reason: string; readonly text: string };
  'gateway.failed': { readonly status: number };
  'gateway.redirected': { readonly location: string };
  'gateway.version': { readonly found: string; readonly needed: string };
  'gateway.insecure': { readonly gateway: string };
  /** `host:port`, never a name or password. */
  'proxy.unreachable': { readonly proxy: string };
  'proxy.loginNeeded': { readonly proxy: string };
  'proxy.refused': { readonly proxy: string; readonly status: number };
  /** The CA was asked directly, and did not answer. */
  'proxy.unread': { readonly setting: 'automatic' | 'socks' | 'malformed' };
  'order.unpaid': { readonly orderId: string };
  'order.inReview': { readonly orderId: string };
  'order.rejected': { readonly orderId: string; readonly text: string };
  'order.frozen': { readonly orderId: string };
  'order.notFound': { readonly orderId: string };
  'order.conflict': { readonly orderId: string; readonly state: string };
  'renewal.notEligible': { readonly reason: IneligibleReason; readonly day: string | null };
  'renewal.interrupted': { readonly renewalId: string };
  /** null: none was named, and none is unfinished. */
  'renewal.notFound': { readonly wanted: string | null };
  'renewal.consentNeeded': { readonly consent: string };
  'renewal.modeUnavailable': { readonly mode: string };
  'renewal.selfTestFailed': { readonly test: string };
  'renewal.journalDamaged': { readonly path: string };
  'renewal.unfinished': { readonly renewalId: string };
  'renewal.anchorNeeded': { readonly algorithm: string };
  /** null: none was named, and none is open. */
  'accompaniment.notFound': { readonly wanted: string | null };
  'accompaniment.unfinished': { readonly id: string };
  'accompaniment.waiting': { readonly id: string };
  'storage.full': { readonly path: string };
  'storage.readOnly': { readonly path: string };
  'storage.newerSchema': { readonly found: number; readonly known: number };
  'storage.damaged': { readonly path: string };
  'file.unreadable': { readonly path: string };
  'software.missing': { readonly packages: string; readonly command: string };
  'file.missing': { readonly path: string };
  'file.exists': { readonly path: string };
  /** A file with a private key in it: PKCS#12 or CFCA's. */
  'keyFile.invalid': { readonly reason: string };
  'keyFile.unsupported': { readonly algorithm: string };
  'keyFile.passwordTooShort': { readonly min: number };
  /** A profile file; `reason` names the field. */
  'profile.invalid': { readonly path: string; readonly reason: string };
  'portal.notOpened': { readonly address: string };
  'sandbox.inUse': { readonly pid: number };
  'check.notFound': { readonly wanted: string };
  'profile.notFound': { readonly wanted: string };
  'repair.notFound': { readonly wanted: string };
  'repair.refused': { readonly repair: string; readonly reason: string; readonly what: string };
  /** A path, a service or a database that somebody else changed. */
  'repair.changed': { readonly path: string };
  'repair.failed': { readonly path: string; readonly reason: string };
  'repair.unavailable': { readonly reason: string };
  'repair.recordNotFound': { readonly wanted: string };
  'repair.busy': { readonly pid: number };
  /** Ids of the checks that stand in the way of a renewal. */
  'environment.unfit': { readonly checks: readonly string[] };
  'seal.unreadable': { readonly reason: string };
  'seal.validity': { readonly validFrom: string; readonly validTo: string; readonly at: string };
  'seal.signerNotListed': { readonly signer: string };
  /** Data objects that may be seals. */
  'seal.unrecognised': { readonly objects: readonly string[] };
  'seal.notFound': { readonly wanted: string };
  'seal.removed': { readonly name: string };
  'signature.unreadable': { readonly reason: string };
  'signature.unverifiable': { readonly reason: SignatureObstacle };
  'signature.weakDigest': { readonly algorithm: string };
  'signature.timeDoubtful': { readonly time: string };
  'signature.pathDiffers': { readonly expected: string; readonly found: string };
  'signature.revoked': { readonly revokedAt: string };
  'signature.chainUnchecked': { readonly issuer: string };
  'signature.timeStampInvalid': { readonly reason: string };
  'signature.timeStampUntrusted': { readonly issuer: string };
  'document.unreadable': { readonly reason: string };
  'document.tooLarge': { readonly limit: number };
  'document.changed': { readonly what: string };
  'document.extended': { readonly what: string };
  'document.partlySigned': { readonly what: string };
  'document.byteRange': { readonly reason: string };
  'document.unsupported': { readonly reason: string };
  /** Serial numbers or key identifiers. */
  'document.otherRecipient': { readonly recipients: readonly string[] };
  'internal.unexpected': { readonly incident: string };
  'request.invalid': { readonly reason: string };
  'usage.invalid': { readonly reason: string };
}

/** Why a CA's rule does not let a certificate be renewed now. `day` of the error is the first day it may. */
export type IneligibleReason =
  'tooEarly' | 'expired' | 'revoked' | 'frozen' | 'notIssuedHere' | 'refusedByCa';

/** Why a chain that leads somewhere is not trusted; left out when it leads nowhere. */
export type UntrustedReason = 'notCa' | 'pathTooLong' | 'unknownCriticalExtension' | 'tooManyPaths';

/** Why a signature could be neither confirmed nor refuted. */
export type SignatureObstacle = 'noCertificate' | 'algorithm' | 'noContent';

type DataOf<C extends ErrorCode> = C extends keyof ErrorData ? ErrorData[C] : unknown;

/** An expected failure. `native` is what the driver said, kept for support. */
export type AppError<C extends ErrorCode = ErrorCode> = C extends ErrorCode
  ? { readonly code: C; readonly native?: NativeFailure } & DataOf<C>
  : never;
