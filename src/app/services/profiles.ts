// All profiles there are, and which one a certificate falls under: what the person chose once, else what the
// certificate itself says.

import {
  chooseProfile,
  findProfile,
  mergeProfiles,
  successorRule,
  type ProfileSearch,
} from '../../core/profile/choose-profile.ts';
import type { Certificate } from '../../core/certificate/certificate.ts';
import type { Profile } from '../../core/profile/profile.ts';
import type { SuccessorRule } from '../../core/token/current.ts';

/** Id of a profile by SHA-256 of a certificate, as the person chose. */
export type ProfileChoices = Readonly<Record<string, string>>;

export interface ProfileBook {
  readonly all: readonly Profile[];
  readonly neutral: Profile;
  find(certificate: Certificate): Profile;
  search(certificate: Certificate): ProfileSearch;
  /** The neutral one where there is none of that id. */
  byId(id: string): Profile;
  readonly isSuccessor: SuccessorRule;
  /** For this process; whoever calls stores it too. */
  choose(certificate: string, profile: string): void;
}

export interface ProfileBookOptions {
  readonly shipped: readonly Profile[];
  readonly neutral: Profile;
  /** From files of the person or the CA; they take the place of shipped ones with the same id. */
  readonly own: readonly Profile[];
  readonly choices: ProfileChoices;
}

export function createProfileBook({ shipped, neutral, own, choices }: ProfileBookOptions): ProfileBook {
  const all = mergeProfiles(shipped, own);
  const chosen = new Map(Object.entries(choices));
  const find = (certificate: Certificate) =>
    chooseProfile(all, neutral, certificate, chosen.get(certificate.sha256) ?? null);
  return {
    all,
    neutral,
    find,
    search(certificate) {
      const choice = [...all, neutral].find(({ id }) => id === chosen.get(certificate.sha256));
      return choice === undefined ? findProfile(all, certificate) : { kind: 'found', profile: choice };
    },
    byId: (id) => all.find((profile) => profile.id === id) ?? neutral,
    isSuccessor: successorRule(find),
    choose: (certificate, profile) => void chosen.set(certificate, profile),
  };
}
