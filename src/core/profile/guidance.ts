// What a profile tells people, as opposed to the rules it sets: words, numbers to call, places to go. Shown as it
// stands, in the CA's own language. Nothing in here is ever acted on by itself; an initial PIN is a hint for the
// eyes and is never tried.

/** The CA's words, the one to show first; the others are understood. Empty: its manual has none (`termOf`). */
export interface CaTerms {
  readonly renew: readonly string[];
  readonly assistant: readonly string[];
  readonly key: readonly string[];
  readonly pin: readonly string[];
  /** The button that writes the new certificate. */
  readonly write: readonly string[];
  readonly environmentCheck: readonly string[];
  readonly sealTest: readonly string[];
  readonly keyDetails: readonly string[];
}

/** Sentences the CA's own page or assistant shows, so that the person recognises them. */
export interface CaPrompts {
  /** While the certificate is written. */
  readonly writing: string | null;
  /** Only now may the key be pulled. */
  readonly written: string | null;
  /** The key already holds a certificate. */
  readonly overwrite: string | null;
  readonly inserted: string | null;
  /** The environment check found nothing; the CA asks for it before a renewal. */
  readonly environmentClean: string | null;
  /** How long writing takes, in minutes. */
  readonly writingMinutes: { readonly min: number; readonly max: number } | null;
}

export interface CaContact {
  readonly hotline: string | null;
  readonly sealHotline: string | null;
  readonly others: readonly ContactWay[];
}

export interface ContactWay {
  readonly kind: 'phone' | 'qq' | 'wechat' | 'web' | 'officialAccount';
  readonly label: string;
  readonly value: string;
}

export interface CaOffice {
  readonly name: string;
  readonly address: string;
  /** When the person has to go there, in a sentence. */
  readonly when: string;
  readonly bring: readonly string[];
  readonly hours: string | null;
  /** null: the key cannot be sent in, or the manual does not say so. */
  readonly parcel: ParcelGuidance | null;
  /** Another way than going there. */
  readonly otherwise: string | null;
}

export interface ParcelGuidance {
  readonly recipient: string;
  readonly address: string;
  readonly phone: string;
  readonly enclose: readonly string[];
  /** What the slip of paper in the parcel must say. */
  readonly slip: readonly string[];
  readonly turnaround: string | null;
}

/** How a page has to be opened. `compat360`: 360 or another two-engine browser in compatibility mode. */
export type BrowserMode = 'ie' | 'compat360' | 'chromium';

export interface Portal {
  readonly use: 'renew' | 'status' | 'download' | 'software' | 'roots' | 'website' | 'support';
  readonly name: string;
  /** null: the manual names the page but not its address; it is opened from `path`. */
  readonly address: string | null;
  /** The best first; empty: any. */
  readonly browsers: readonly BrowserMode[];
  /** What to press to get there. */
  readonly path: readonly string[];
  /** The page asks for the certificate's serial number. */
  readonly asksSerial: boolean;
  readonly note: string | null;
}

export interface PinGuidance {
  /** All that a key may have been issued with; `when` says which. */
  readonly initial: readonly { readonly pin: string; readonly when: string }[];
  readonly minLength: number | null;
  readonly maxLength: number | null;
  readonly rule: string | null;
  readonly unchangedByRenewal: boolean | null;
  readonly unlock: { readonly phone: string | null; readonly note: string } | null;
}

/** A number by which the CA's service knows the holder; shown only where an OID is known. */
export interface TrustNumber {
  readonly label: string;
  /** Certificate extensions that carry it. */
  readonly oids: readonly string[];
}

export interface FlowStep {
  readonly name: string;
  readonly detail: string | null;
}

export interface ReviewGuidance {
  readonly by: string | null;
  readonly workingDays: number | null;
  /** Where to see how far it is. */
  readonly progress: string | null;
  readonly rejected: string | null;
}

export interface DocumentRule {
  readonly what: string;
  /** File name extensions in lower case. */
  readonly formats: readonly string[];
  readonly maxBytes: number | null;
  readonly dpi: number | null;
  readonly note: string | null;
}

/** What a state of the CA's portal means. */
export interface OrderWord {
  readonly word: string;
  readonly means:
    'submitted' | 'awaitingDocuments' | 'unpaid' | 'paid' | 'inReview' | 'rejected' | 'ready' | 'done';
}

/** 下载证书 by two numbers. */
export interface DownloadCodes {
  readonly number: string;
  readonly code: string;
  readonly codeLength: number | null;
  readonly note: string | null;
}

export interface RequiredComponent {
  readonly kind: 'assistant' | 'driver' | 'seal' | 'reader' | 'roots';
  readonly name: string;
  /** Oldest that will do, as the manual writes it. */
  readonly version: string | null;
  readonly download: string | null;
  readonly required: boolean;
  readonly beforeInstall: readonly string[];
  readonly whileInstalling: readonly string[];
}

export type SuccessTest = 'newValidity' | 'seal' | 'businessLogin';

export interface Faq {
  readonly question: string;
  readonly answer: string;
}

export const SOURCE_GROUPS = [
  'renewal',
  'contact',
  'office',
  'portals',
  'serial',
  'terms',
  'prompts',
  'pin',
  'trustNumber',
  'reminderDays',
  'agreements',
  'flow',
  'warnings',
  'review',
  'documents',
  'orderWords',
  'download',
  'verificationQuestion',
  'certificateKinds',
  'components',
  'success',
  'faq',
] as const;

export type SourceGroup = (typeof SOURCE_GROUPS)[number];
