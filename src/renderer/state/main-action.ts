// Where the one right thing to do with a key leads, and which key comes first.

import type { MainAction, TokenCard } from '../../contract/views/token-views.ts';
import type { RouteParameters, ScreenName } from '../router/route.ts';
import { mainCertificate } from './shown-profile.ts';

export type Destination = readonly [screen: ScreenName, parameters: RouteParameters];

/** null: nothing to do. */
export function destinationOf({ id: token, action, ...card }: TokenCard): Destination | null {
  switch (action.kind) {
    case 'updateNow':
    case 'resume':
      return [
        'renewal',
        { token, ...named('renewal', action), ...named('order', action), ...named('certificate', action) },
      ];
    case 'renew':
      return ['renewal', { token, certificate: action.certificate }];
    case 'accompany':
      return ['accompany', { token, certificate: action.certificate }];
    case 'offline':
    case 'contact': {
      const profile = card.certificates.find(({ sha256 }) => sha256 === action.certificate)?.profile;
      const part = action.kind === 'offline' ? 'office' : 'contact';
      return ['help', { part, ...(profile === undefined ? {} : { profile }) }];
    }
    case 'none':
      return null;
  }
}

/** 忘记密码 of a key. */
export function unlockOf({ id }: TokenCard): Destination {
  return ['keys', { token: id, show: 'unlock' }];
}

function named<K extends string>(name: K, values: Readonly<Record<K, string | null>>): RouteParameters {
  const value = values[name];
  return value === null ? {} : { [name]: value };
}

/** The certificate that is to be acted on, else the one the key is spoken of by. */
export function shownCertificate(token: TokenCard) {
  const wanted = 'certificate' in token.action ? token.action.certificate : null;
  return token.certificates.find(({ sha256 }) => sha256 === wanted) ?? mainCertificate(token);
}

const URGENCY: readonly MainAction['kind'][] = [
  'updateNow',
  'resume',
  'renew',
  'accompany',
  'offline',
  'contact',
  'none',
];

/** The key to act on first comes first; its button is the filled one. */
export function byUrgency(tokens: readonly TokenCard[]): readonly TokenCard[] {
  return [...tokens].sort(
    (one, other) => URGENCY.indexOf(one.action.kind) - URGENCY.indexOf(other.action.kind),
  );
}
