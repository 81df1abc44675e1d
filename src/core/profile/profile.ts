// What differs between CAs and projects. A profile is data (resources/profiles/*.json); the rules that read it
// are functions here and in core/renewal. The CA's server decides finally; a profile only spares the person a
// refusal after they have paid, and tells what to expect.
//
// What a CA's manual does not state is null or an empty list: nothing is presumed.

import type {
  CaContact,
  CaOffice,
  CaPrompts,
  CaTerms,
  DocumentRule,
  DownloadCodes,
  Faq,
  FlowStep,
  OrderWord,
  PinGuidance,
  Portal,
  RequiredComponent,
  ReviewGuidance,
  SourceGroup,
  SuccessTest,
  TrustNumber,
} from './guidance.ts';
import type { SerialFormat } from './serial.ts';

export interface Profile {
  readonly id: string;
  /** Name of CA and project as its users know it. */
  readonly name: string;
  readonly authority: {
    /** Short, for the foot line, for example 陕西CA; null: no CA is known. */
    readonly name: string | null;
    readonly abbreviation: string | null;
    readonly company: string | null;
    /** What the certificates are for, for example 建设行业. */
    readonly project: string | null;
  };
  readonly match: ProfileMatch;
  readonly renewal: RenewalRules;
  /** null: no gateway, the renewal is accompanied. `address` null: the person or the rehearsal names it. */
  readonly gateway: { readonly address: string | null } | null;
  /** Names that the CA's portals expect on the key; null: not stated, any will do. */
  readonly containers: { readonly application: string | null; readonly container: string | null };
  readonly contact: CaContact;
  /** For 线下办理; null: not stated. */
  readonly office: CaOffice | null;
  readonly portals: readonly Portal[];
  /** How the CA's pages want a serial number. */
  readonly serial: SerialFormat;
  readonly terms: CaTerms;
  readonly prompts: CaPrompts;
  readonly pin: PinGuidance;
  readonly trustNumber: TrustNumber | null;
  /** Days before the end at which to remind, descending; 0 is the last day. */
  readonly reminderDays: readonly number[];
  /** Documents the person must agree to, without 《》. */
  readonly agreements: readonly string[];
  /** Stages of a renewal in the CA's own order and words. */
  readonly flow: readonly FlowStep[];
  readonly warnings: readonly string[];
  readonly review: ReviewGuidance | null;
  readonly documents: readonly DocumentRule[];
  readonly orderWords: readonly OrderWord[];
  readonly download: DownloadCodes | null;
  /** What to know about the question asked at the first issue; null: the CA asks none. */
  readonly verificationQuestion: string | null;
  readonly certificateKinds: readonly string[];
  readonly components: readonly RequiredComponent[];
  /** What the CA's manual calls a successful renewal; the assistant tests all three whatever it says. */
  readonly success: readonly SuccessTest[];
  readonly faq: readonly Faq[];
  /** Ids of the requirements (SN-, SZ-, SX-, SD-, DF-) a group of fields rests on. */
  readonly sources: Readonly<Partial<Record<SourceGroup, readonly string[]>>>;
}

export interface ProfileMatch {
  /** Organisation (O) or common name (CN) of the issuer, any of them; empty matches nothing by itself. */
  readonly issuers: readonly string[];
  /** Words that make an issuer's name look like this CA: enough to ask the person, never to decide. */
  readonly hints: readonly string[];
  /** Organisational units (OU) of subject or issuer, any of them; empty asks for none. */
  readonly units: readonly string[];
  /** Certificate policy OIDs, any of them; empty asks for none. */
  readonly policies: readonly string[];
}

export interface RenewalRules {
  /** Days before the end from which renewal is possible; null: not stated, the CA decides. */
  readonly daysBefore: number | null;
  readonly expired: 'allowed' | 'refused' | 'caDecides';
  readonly rekey: 'required' | 'same' | 'caDecides';
  /** Whether the CA consents to a key that is re-keyed in its only container. */
  readonly inPlace: boolean;
  readonly oldRevokedAt: 'issuance' | 'confirm' | 'later' | 'unknown';
  readonly validity: ValidityRule;
  /** Organisations or common names of CAs that may issue instead of the old issuer. */
  readonly successors: readonly string[];
  /** OIDs of subject attributes that may differ between old and new certificate. */
  readonly mutableSubject: readonly string[];
}

/** What the new validity must be. Days and years are counted on the old end or on the day of issue. */
export type ValidityRule =
  | { readonly rule: 'laterThanOld' }
  | { readonly rule: 'oldEndPlus'; readonly years: number; readonly toleranceDays: number }
  | { readonly rule: 'fromIssue'; readonly minDays: number; readonly maxDays: number };
