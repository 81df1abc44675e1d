import { NEUTRAL_PROFILE } from '../../contract/shipped-profiles.ts';
import type { Profile } from '../../core/profile/profile.ts';
import type { CertificateCard, TokenCard } from '../../contract/views/token-views.ts';
import { useWindow } from './use-window.ts';
import type { WindowState } from './window-state.ts';

/** The certificate a key is spoken of by: the signing one in use, else the one in use, else any. */
export function mainCertificate({ certificates }: TokenCard): CertificateCard | null {
  const current = certificates.filter(({ state }) => state === 'current');
  return (
    current.find(({ use }) => use !== 'encryption') ??
    current[0] ??
    certificates.find(({ use }) => use !== 'encryption') ??
    certificates[0] ??
    null
  );
}

/** The profile of the first key, else the one the person chose in 设置, else the neutral one. */
export function useShownProfile(): Profile {
  return useWindow(shownProfile);
}

export function shownProfile({ tokens, application, profiles }: WindowState): Profile {
  const [first] = tokens?.tokens ?? [];
  const id =
    (first === undefined ? null : mainCertificate(first)?.profile) ?? application?.settings.profile ?? null;
  return profiles.find((profile) => profile.id === id) ?? NEUTRAL_PROFILE;
}
