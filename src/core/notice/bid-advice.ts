// Renewing between encrypting a bid and its opening can leave the bid unreadable: the old certificate is revoked,
// and the portal decrypts with the certificate it chooses.

/** `canRedo`: uploaded, with time left to make and upload it again; `cannotRedo`: uploaded, with none. */
export type BidUpload = 'notUploaded' | 'canRedo' | 'cannotRedo';

export interface BidQuestion {
  /** End of the certificate and time of the opening, epoch milliseconds. */
  readonly notAfter: number;
  readonly opening: number;
  readonly uploaded: BidUpload;
}

/** Each is also the text key `notice.advice.<id>`. */
export type BidAdvice =
  | 'renewAfterOpening' // the certificate outlives the opening
  | 'renewFirst' // nothing uploaded yet: renew, then make the bid with the new certificate
  | 'renewAndRedo' // renew, make the bid again and upload it before the opening
  | 'keepKeyFile'; // too late to redo: keep the key file that was saved with the bid

/** A certificate that ends at the very moment of the opening does not outlive it: opening takes time. */
export function bidAdvice({ notAfter, opening, uploaded }: BidQuestion): BidAdvice {
  if (notAfter > opening) return 'renewAfterOpening';
  return ADVICE[uploaded];
}

const ADVICE: Readonly<Record<BidUpload, BidAdvice>> = {
  notUploaded: 'renewFirst',
  canRedo: 'renewAndRedo',
  cannotRedo: 'keepKeyFile',
};
