// What an application answers a page, in every state a person can meet; each builder takes what differs.

import { NEUTRAL_PROFILE, SHIPPED_PROFILES } from '../../../src/contract/shipped-profiles.ts';
import type { ApplicationView } from '../../../src/contract/views/application-views.ts';
import type { NoticeView } from '../../../src/contract/views/notice-views.ts';
import type {
  CertificateCard,
  CertificateDetails,
  PinView,
  TokenCard,
  TokenSnapshot,
} from '../../../src/contract/views/token-views.ts';
import type { Profile } from '../../../src/core/profile/profile.ts';

const AT = '2026-11-20T01:15:00.000Z';
const SIGNING = 'a1'.repeat(32);
const ENCRYPTION = 'b2'.repeat(32);

export const PROFILES: readonly Profile[] = [...SHIPPED_PROFILES, NEUTRAL_PROFILE];

export function application(change: Partial<ApplicationView> = {}): ApplicationView {
  return {
    version: '0.1.0',
    platform: 'linux',
    capabilities: {
      nativeNotices: false,
      tray: false,
      autostart: true,
      openPortal: true,
      openFolder: true,
      quit: false,
    },
    settings: {
      locale: 'zh-CN',
      theme: 'system',
      autostart: false,
      reminders: true,
      profile: null,
      gateways: {},
      drivers: [],
    },
    practice: { isOn: false, pin: null },
    dataFolder: '/home/zhang/.local/share/certificate-assistant',
    logFile: '/home/zhang/.local/share/certificate-assistant/log/today.log',
    storageProblem: null,
    ...change,
  };
}

export function pin(change: Partial<PinView> = {}): PinView {
  return { state: 'ok', attemptsLeft: 10, minLength: 6, maxLength: 16, ...change };
}

/** Ends in 12 days, on 2026-12-02. */
export function certificate(change: Partial<CertificateCard> = {}): CertificateCard {
  return {
    sha256: SIGNING,
    container: 'c1',
    use: 'signing',
    state: 'current',
    expiry: 'expiring',
    revocation: 'unknown',
    commonName: '测试勘察设计有限公司',
    organisation: '测试勘察设计有限公司',
    subject: 'CN=测试勘察设计有限公司, O=测试勘察设计有限公司, C=CN',
    issuer: 'CN=SZCA, O=深圳市电子商务安全证书管理有限公司, C=CN',
    issuerName: '深圳市电子商务安全证书管理有限公司',
    serial: '168063201254905111',
    portalSerial: '168063201254905111',
    notBefore: '2025-12-02T00:00:00.000Z',
    notAfter: '2026-12-02T15:59:59.000Z',
    daysLeft: 12,
    totalDays: 365,
    algorithm: 'SM2',
    hasPrivateKey: true,
    trustNumber: null,
    profile: 'szca-public-resources',
    profileCandidates: [],
    ...change,
  };
}

export function encryptionCertificate(change: Partial<CertificateCard> = {}): CertificateCard {
  const serial = '168063201254905112';
  return certificate({ sha256: ENCRYPTION, use: 'encryption', serial, portalSerial: serial, ...change });
}

export function token(change: Partial<TokenCard> = {}): TokenCard {
  return {
    id: 'key-1',
    kind: 'skf',
    module: '/usr/lib/libgm3000.so',
    label: '龙脉 GM3000',
    serial: 'A1B2C3D4',
    serialClash: false,
    manufacturer: '龙脉',
    model: 'GM3000',
    pin: pin(),
    sm2: 'full',
    containers: [{ id: 'c1', state: 'current', label: 'c1' }],
    certificates: [certificate(), encryptionCertificate()],
    action: { kind: 'renew', certificate: SIGNING },
    ...change,
  };
}

export function snapshot(change: Partial<TokenSnapshot> = {}): TokenSnapshot {
  return { tokens: [token()], problems: [], strangers: [], away: [], at: AT, ...change };
}

export function notice(change: Partial<NoticeView> = {}): NoticeView {
  return {
    id: 1,
    kind: 'expiring',
    text: 'expiring',
    parameters: {
      commonName: '测试勘察设计有限公司',
      tokenLabel: '龙脉 GM3000',
      day: '2026-12-02',
      days: 12,
    },
    actions: ['renew', 'later'],
    certificate: SIGNING,
    about: null,
    at: AT,
    ...change,
  };
}

export function details(card: CertificateCard = certificate()): CertificateDetails {
  return {
    card,
    subject: [
      { type: '2.5.4.3', value: '测试勘察设计有限公司' },
      { type: '2.5.4.10', value: '测试勘察设计有限公司' },
      { type: '2.5.4.6', value: 'CN' },
    ],
    issuer: [{ type: '2.5.4.3', value: 'SZCA' }],
    signatureAlgorithm: 'SM2-SM3',
    keyUsages: ['digitalSignature', 'nonRepudiation'],
    extKeyUsages: ['clientAuth'],
    policies: [],
    crlUrls: ['http://crl.example/szca.crl'],
    ocspUrls: [],
    publicKeySha256: 'c3'.repeat(32),
    sha256: card.sha256,
    sm3: 'd4'.repeat(32),
    holder: 'organisation',
    chain: ['测试勘察设计有限公司', 'SZCA', 'ROOTCA'],
    chainComplete: true,
  };
}
