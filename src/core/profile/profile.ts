// What differs between CAs and projects. A profile is data (resources/profiles/*.json); the rules that read it
// are functions here and in core/renewal. The CA's server decides finally; a profile only spares the person a
// refusal after they have paid, and tells what to expect.

export interface Profile {
  readonly id: string;
  /** Name of CA and project as its users know it. */
  readonly name: string;
  readonly match: ProfileMatch;
  readonly renewal: RenewalRules;
  readonly contact: { readonly hotline: string | null; readonly sealHotline: string | null };
}

export interface ProfileMatch {
  /** Organisation (O) or common name (CN) of the issuer, any of them; empty matches nothing by itself. */
  readonly issuers: readonly string[];
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
