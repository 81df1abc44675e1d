// One practice key with a certificate that ends soon, and a renewal of it.

import type { RenewalView } from '../../../contract/views/renewal-views.ts';
import type { TokenCard, TokenSnapshot } from '../../../contract/views/token-views.ts';
import * as states from '../../../../test/support/window/states.ts';

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
