// What a person needs beside a CA's page: where it is, what to type there, what it will ask, whom to call.

import type {
  CaContact,
  CaPrompts,
  DocumentRule,
  FlowStep,
  OrderWord,
  Portal,
  ReviewGuidance,
  SuccessTest,
} from './guidance.ts';
import type { Profile } from './profile.ts';
import { portalSerial } from './serial.ts';

export interface PortalGuide {
  readonly profile: string;
  readonly name: string;
  /** null: the profile names no page; the person finds it through the CA. */
  readonly portal: Portal | null;
  /** Pages to look at later: progress, downloading. */
  readonly others: readonly Portal[];
  /** In the portal's own format. */
  readonly serial: string;
  readonly agreements: readonly string[];
  readonly flow: readonly FlowStep[];
  readonly warnings: readonly string[];
  readonly documents: readonly DocumentRule[];
  readonly review: ReviewGuidance | null;
  readonly orderWords: readonly OrderWord[];
  readonly prompts: CaPrompts;
  /** The button that writes the new certificate, in the CA's words. */
  readonly writeButton: string | null;
  /** What to do once the new certificate is on the key, besides re-binding at the portals. */
  readonly success: readonly SuccessTest[];
  readonly contact: CaContact;
}

/** @param serial of the certificate to renew, even-length hex */
export function portalGuide(profile: Profile, serial: string): PortalGuide {
  const ofUse = (...uses: readonly Portal['use'][]) =>
    profile.portals.filter(({ use }) => uses.includes(use));
  return {
    profile: profile.id,
    name: profile.name,
    portal: ofUse('renew')[0] ?? null,
    others: ofUse('status', 'download'),
    serial: portalSerial(serial, profile.serial),
    agreements: profile.agreements,
    flow: profile.flow,
    warnings: profile.warnings,
    documents: profile.documents,
    review: profile.review,
    orderWords: profile.orderWords,
    prompts: profile.prompts,
    writeButton: profile.terms.write[0] ?? null,
    success: profile.success,
    contact: profile.contact,
  };
}
