// One practice key with a certificate that ends soon, and a renewal of it.

import type { RenewalView } from '../../../src/contract/views/renewal-views.ts';
import type { TokenCard, TokenSnapshot } from '../../../src/contract/views/token-views.ts';
import { METHODS } from '../../../src/contract/methods.ts';
import { SEALS, scriptedPage, type PageState, type Script, type ScriptedPage } from './scripted-page.ts';
import * as states from './states.ts';

export const SHA = 'ab'.repeat(32);

export const CERTIFICATE = states.certificate({
  sha256: SHA,
  use: 'both',
  serial: '0A1B',
  portalSerial: '0A1B',
  profile: 'sandbox',
});

export const TOKEN = states.token({ id: 't1', label: '练习UKey', certificates: [CERTIFICATE] });

export function snapshot(...tokens: readonly TokenCard[]): TokenSnapshot {
  return states.snapshot({ tokens: [...tokens] });
}

export const VIEW: RenewalView = {
  session: 7,
  kind: 'renew',
  renewal: '0123456789abcdef',
  token: TOKEN.id,
  tokenLabel: TOKEN.label,
  certificate: SHA,
  before: { serial: '0A1B', notAfter: CERTIFICATE.notAfter, sha256: SHA },
  profile: 'sandbox',
  stage: 'confirm',
  updatePhase: null,
  phase: null,
  question: null,
  payment: null,
  waiting: null,
  seal: null,
  isWriting: false,
  steps: [],
  startedAt: '2026-11-20T04:00:00Z',
  outcome: null,
};

/** In practice mode, with that key plugged in. @param answers what is not named answers null */
export function practicePage(state: Partial<PageState> = {}, answers: Script = {}): ScriptedPage {
  const nothing = () => ({ ok: true, value: null });
  const script = {
    ...Object.fromEntries(
      Object.keys(METHODS)
        .filter((method) => !Object.hasOwn(SEALS, method))
        .map((method) => [method, nothing]),
    ),
    ...answers,
  };
  const application = states.application({ practice: { isOn: true, pin: '12345678' } });
  return scriptedPage({ application, tokens: snapshot(TOKEN), ...state }, script);
}
