// What 证书办理 offers, as data.

import type { ApplicationView } from '../../../contract/views/application-views.ts';
import type { OrderView } from '../../../contract/views/renewal-views.ts';
import type { CertificateCard, TokenCard, TokenSnapshot } from '../../../contract/views/token-views.ts';
import type { Portal } from '../../../core/profile/guidance.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import type { Tone } from '../../components/StateTag.tsx';

/** A certificate something can be done for, and the key it is on. */
export interface Holder {
  readonly token: TokenCard;
  readonly certificate: CertificateCard;
}

/** Encryption certificates go with the signing certificate of their container. */
export function holdersOf(tokens: TokenSnapshot | null): readonly Holder[] {
  return (tokens?.tokens ?? []).flatMap((token) =>
    token.certificates
      .filter(({ state, use }) => state === 'current' && use !== 'encryption')
      .map((certificate) => ({ token, certificate })),
  );
}

/** `online`: we renew at the CA's gateway. `accompanied`: it has only a web page, or nobody said where it is. */
export function renewalWay(profile: Profile, application: ApplicationView | null): 'online' | 'accompanied' {
  const { id, gateway } = profile;
  const address = gateway?.address ?? application?.settings.gateways[id] ?? null;
  const isRehearsed = application?.practice.isOn === true && gateway !== null;
  return address !== null || isRehearsed ? 'online' : 'accompanied';
}

/** What can be asked of the CA; a revoked one stays so. */
export function statusChanges({
  revocation,
}: CertificateCard): readonly ('freeze' | 'unfreeze' | 'revoke')[] {
  if (revocation === 'revoked') return [];
  return [revocation === 'frozen' ? 'unfreeze' : 'freeze', 'revoke'];
}

export function portalsFor(profile: Profile, use: Portal['use']): readonly Portal[] {
  return profile.portals.filter((portal) => portal.use === use);
}

export type OrderStateName = NonNullable<OrderView['state']> | 'unknown';

export const ORDER_TONES: Readonly<Record<OrderStateName, Tone>> = {
  draft: 'warning',
  unpaid: 'warning',
  inReview: 'quiet',
  approved: 'ok',
  issued: 'ok',
  confirmed: 'ok',
  rejected: 'problem',
  frozen: 'problem',
  unknown: 'quiet',
};

/** The certificate can be written now. */
export function isReady({ state }: OrderView): boolean {
  return state === 'approved' || state === 'issued';
}
