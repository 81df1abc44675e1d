// What a scripted page knows: one practice key with a certificate that ends soon.

import type { ApplicationView } from '../../../contract/views/application-views.ts';
import type { RenewalView } from '../../../contract/views/renewal-views.ts';
import type { CertificateCard, TokenCard, TokenSnapshot } from '../../../contract/views/token-views.ts';

export const SHA = 'ab'.repeat(32);
const TIME = '2026-11-20T04:00:00Z';

export const CERTIFICATE: CertificateCard = {
  sha256: SHA,
  container: 'c1',
  use: 'both',
  state: 'current',
  expiry: 'expiring',
  revocation: 'unknown',
  commonName: '测试勘察设计有限公司',
  organisation: null,
  subject: 'CN=测试勘察设计有限公司',
  issuer: 'CN=Certificate Assistant Sandbox',
  issuerName: 'Certificate Assistant Sandbox',
  serial: '0A1B',
  portalSerial: '0A1B',
  notBefore: '2025-12-02T16:00:00Z',
  notAfter: '2026-12-02T15:59:59Z',
  daysLeft: 12,
  totalDays: 365,
  algorithm: 'SM2',
  hasPrivateKey: true,
  trustNumber: null,
  profile: 'sandbox',
  profileCandidates: [],
};

export const TOKEN: TokenCard = {
  id: 't1',
  kind: 'software',
  module: 'practice.key',
  label: '练习UKey',
  serial: '1',
  serialClash: false,
  manufacturer: 'x',
  model: 'x',
  pin: { state: 'ok', attemptsLeft: 6, minLength: 6, maxLength: 16 },
  containers: [],
  certificates: [CERTIFICATE],
  action: { kind: 'renew', certificate: SHA },
};

export function snapshot(...tokens: readonly TokenCard[]): TokenSnapshot {
  return { tokens: [...tokens], problems: [], strangers: [], away: [], at: TIME };
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
  startedAt: TIME,
  outcome: null,
};

export const APPLICATION: ApplicationView = {
  version: '1.0.0',
  platform: 'linux',
  capabilities: { nativeNotices: false, tray: false, autostart: false, openPortal: true, openFolder: true },
  settings: {
    locale: 'zh-CN',
    theme: 'light',
    autostart: false,
    reminders: true,
    profile: null,
    gateways: {},
    drivers: [],
  },
  practice: { isOn: true, pin: '123456' },
  dataFolder: '/data',
  logFile: null,
  storageProblem: null,
};
