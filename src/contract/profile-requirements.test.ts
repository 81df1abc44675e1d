// Every requirement of the four CAs' manuals that falls to the assistant and is data, and the field that holds
// it. Those that are no data are listed with the part of the program that owes them, so that none is in neither.

import { describe, expect, it } from 'vitest';
import { SHIPPED_PROFILES } from './shipped-profiles.ts';
import { profileSchema } from './profile.ts';

/** Requirement, field as a path (a number indexes a list), and what the field must hold. */
type Claim = readonly [id: string, path: string, holds: unknown];

const SNCA: readonly Claim[] = [
  ['SN-01', 'flow', names('安装驱动（首次）', '证书受理', '完善信息', '自助缴费', '更新证书', '签章检测')],
  ['SN-02', 'components.0.version', 'V3.19.1210'],
  ['SN-02', 'portals.1.address', 'https://www.snca.com.cn/tool/'],
  ['SN-03', 'portals.1.path', ['建设行业证书助手', '点击下载']],
  ['SN-04', 'components.0.beforeInstall', ['关闭浏览器']],
  ['SN-06', 'terms.environmentCheck.0', '证书检测'],
  ['SN-07', 'terms.keyDetails.0', 'Ukey管理'],
  ['SN-07', 'trustNumber', { label: '客服信任号', oids: [] }],
  ['SN-08', 'terms.renew', ['延期', '证书延期']],
  ['SN-08', 'portals.0.path', ['证书受理', '证书延期', '开始']],
  ['SN-09', 'portals.0.browsers', ['ie', 'compat360']],
  ['SN-13', 'prompts.writing', '证书更新时间可能较长，请耐心等待，不要关闭浏览器或插拔USB-KEY'],
  ['SN-14', 'prompts.written', '服务开通成功'],
  ['SN-15', 'flow.4.detail', expect.stringContaining('两个确认框，各点一下“确定”')],
  ['SN-16', 'success', ['newValidity', 'seal']],
  ['SN-17', 'terms.sealTest', ['签章检测']],
  ['SN-17', 'terms.environmentCheck', ['证书检测', '一键检查']],
  ['SN-18', 'office.address', '西安市高新三路9号信息港大厦101室'],
  ['SN-19', 'contact.hotline', '4006-369-888'],
];

const SZCA_PUBLIC: readonly Claim[] = [
  [
    'SZ-01',
    'flow',
    names('签署产品下载安装', '网厅登录', '证书确认', '信息提交与认证', '订单支付', '证书更新'),
  ],
  ['SZ-03', 'components.0.beforeInstall', ['退出杀毒软件', '关闭各种办公软件']],
  ['SZ-04', 'components.0.whileInstalling', ['安装可能需要几分钟，不要关闭电脑或安装界面']],
  ['SZ-05', 'portals.0.address', 'http://sxtqhzwt.com:9080'],
  ['SZ-05', 'portals.0.browsers', ['chromium']],
  ['SZ-07', 'warnings.2', expect.stringContaining('已经读到要续期的证书')],
  ['SZ-08', 'warnings.1', expect.stringContaining('不可同时插几个证书')],
  ['SZ-09', 'warnings.0', expect.stringContaining('原证书将会被注销')],
  ['SZ-09', 'renewal.oldRevokedAt', 'issuance'],
  ['SZ-10', 'agreements', ['电子认证服务协议', '个人信息授权书', '敏感个人信息授权书']],
  ['SZ-11', 'portals.0.asksSerial', true],
  ['SZ-11', 'serial', { letters: 'upper', leadingZeros: 'keep', separator: null }],
  ['SZ-14', 'flow.4.detail', expect.stringContaining('以订单上的证书费用为准')],
  ['SZ-15', 'terms.write', ['立即更新']],
  ['SZ-15', 'prompts.writingMinutes', { min: 1, max: 3 }],
  ['SZ-16', 'success', ['newValidity', 'seal']],
  ['SZ-17', 'faq.0.question', '实名电信认证无法通过怎么办？'],
  ['SZ-18', 'pin.unchangedByRenewal', true],
  ['SZ-18', 'faq.1.answer', expect.stringContaining('不会修改')],
  ['SZ-19', 'contact.hotline', '400-112-3838'],
  ['SZ-19', 'contact.others', valued('https://sxtqhzwt.com/', 'www.szca.com', 'wx2026542727')],
];

const SZCA_BIDDING: readonly Claim[] = [
  ['SX-01', 'renewal.expired', 'allowed'],
  ['SX-02', 'warnings.0', expect.stringContaining('要开完标后再办理')],
  ['SX-02', 'renewal.oldRevokedAt', 'issuance'],
  ['SX-03', 'warnings.1', expect.stringContaining('刷新网页')],
  ['SX-04', 'portals.0', expect.objectContaining({ address: 'https://wt.szca.com', asksSerial: true })],
  ['SX-06', 'certificateKinds', ['机构证书', '机构个人证书', '自然人证书']],
  [
    'SX-16',
    'documents.1',
    expect.objectContaining({ formats: ['jpg', 'jpeg', 'bmp', 'gif', 'pdf'], maxBytes: 2_000_000 }),
  ],
  ['SX-18', 'review.workingDays', 3],
  ['SX-18', 'review.progress', '网上营业厅 → 个人中心 → 我的业务单'],
  ['SX-19', 'review.rejected', expect.stringContaining('按驳回理由修改')],
  ['SX-20', 'terms.write', ['立即更新']],
  ['SX-20', 'prompts.writingMinutes', { min: 1, max: 3 }],
  ['SX-21', 'success', ['newValidity']],
  ['SX-23', 'faq.1.question', '完成续期操作后，证书如何领取？'],
  ['SX-23', 'pin.unchangedByRenewal', true],
  ['SX-24', 'contact.hotline', '400-112-3838'],
  ['SX-24', 'contact.others', valued('www.szca.com', 'SZCA6688')],
];

const SDCA: readonly Claim[] = [
  ['SD-01', 'renewal.mutableSubject', []],
  ['SD-01', 'warnings.0', expect.stringContaining('不办理变更')],
  ['SD-02', 'renewal.daysBefore', 30],
  ['SD-02', 'reminderDays.0', 30],
  ['SD-03', 'renewal.expired', 'refused'],
  ['SD-03', 'office.address', '济南市历下区趵突泉北路24号'],
  ['SD-03', 'office.parcel.phone', '0531-82929387'],
  ['SD-03', 'office.parcel.slip', ['办理更新业务', '回寄收件人', '回寄联系电话', '回寄地址']],
  ['SD-03', 'office.otherwise', expect.stringContaining('财政局管理员')],
  ['SD-04', 'renewal.validity', { rule: 'oldEndPlus', years: 1, toleranceDays: 2 }],
  ['SD-06', 'components.0.beforeInstall', ['拔下USBKey', '关闭浏览器等其他程序']],
  ['SD-07', 'components.0.whileInstalling.0', expect.stringContaining('“允许所有”或“允许访问”')],
  ['SD-08', 'components.0.whileInstalling.2', expect.stringContaining('国家根证书')],
  ['SD-09', 'prompts.inserted', 'USBKey已插入'],
  ['SD-10', 'terms.keyDetails', ['更多功能']],
  ['SD-11', 'terms.environmentCheck', ['环境检测']],
  ['SD-11', 'prompts.environmentClean', '检测完成，无风险项'],
  ['SD-12', 'terms.renew.1', '续期'],
  ['SD-14', 'portals.0.note', expect.stringContaining('刷新网页或重新插拔')],
  [
    'SD-15',
    'pin.initial',
    [
      { pin: '12345678', when: '2017年底前发的证书' },
      { pin: '111111', when: '2017年底后发的证书' },
    ],
  ],
  ['SD-15', 'pin.unlock.phone', '4006078966'],
  ['SD-15', 'pin.unchangedByRenewal', true],
  ['SD-17', 'review.by', '各级财政局管理员'],
  ['SD-19', 'orderWords', [{ word: '未下载', means: 'ready' }]],
  ['SD-19', 'terms.write', ['下证']],
  ['SD-20', 'prompts.written', '下证成功'],
  ['SD-21', 'success', ['newValidity', 'businessLogin']],
];

const DFCA: readonly Claim[] = [
  ['DF-03', 'portals.0.note', expect.stringContaining('Ukey登录（输入PIN码）')],
  ['DF-04', 'contact.hotline', '0731-88271748'],
  ['DF-04', 'contact.sealHotline', '0731-85782329'],
  [
    'DF-04',
    'contact.others',
    valued('0731-88272452', '806899782', '682954288', '0731-85501816', '0731-85501716'),
  ],
  ['DF-05', 'portals.3', expect.objectContaining({ use: 'roots', name: '根证书/CRL下载' })],
  ['DF-11', 'verificationQuestion', expect.stringContaining('办理“证书更新”时要用')],
  ['DF-17', 'flow', names('在线申请', '材料提交', '身份识别', '费用支付', '材料审核', '领取证书')],
  ['DF-21', 'documents.0', expect.objectContaining({ formats: ['jpg'], maxBytes: 300_000, dpi: 100 })],
  ['DF-21', 'documents.1', expect.objectContaining({ formats: ['jpg'], dpi: 300 })],
  ['DF-26', 'review.workingDays', 2],
  ['DF-27', 'components.0.name', '数字证书驱动'],
  ['DF-27', 'components.1.name', '一签通客户端软件'],
  [
    'DF-28',
    'download',
    expect.objectContaining({ number: '业务受理号（参考码）', code: '授权码', codeLength: 20 }),
  ],
  ['DF-29', 'prompts.overwrite', '检测到UsbKey中有证书数据，是否继续？'],
  ['DF-30', 'prompts.written', '下载完成'],
  [
    'DF-31',
    'orderWords',
    [
      { word: '提交成功', means: 'submitted' },
      { word: '等待材料', means: 'awaitingDocuments' },
      { word: '等待缴费', means: 'unpaid' },
      { word: '缴费完成', means: 'paid' },
      { word: '激活完成', means: 'ready' },
      { word: '有效', means: 'done' },
    ],
  ],
  ['DF-35', 'certificateKinds', ['SM2机构证书', 'ZJT个人证书', '个人证书', '单位证书', '软证书']],
  ['DF-36', 'components.3.name', 'PDF前端批量签章软件'],
  ['DF-36', 'components.4.version', 'v5.1'],
];

const CLAIMS: Readonly<Record<string, readonly Claim[]>> = {
  'snca-construction': SNCA,
  'szca-public-resources': SZCA_PUBLIC,
  'szca-bidding': SZCA_BIDDING,
  'sdca-non-tax': SDCA,
  'dfca-hunan-construction': DFCA,
};

/** Flagged for the assistant, and no data: what owes them. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'SN-05': 'installer',
  'DF-06': 'orders found by slow poll',
};

/** Flagged a, a+b, or b with a part for the assistant. */
const FOR_THE_ASSISTANT = [
  ...ids('SN', 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 18, 19),
  ...ids('SZ', 1, 3, 4, 5, 7, 8, 9, 10, 11, 14, 15, 16, 18, 19),
  ...ids('SX', 1, 2, 3, 6, 16, 18, 19, 20, 21, 23, 24),
  ...ids('SD', 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 14, 15, 17, 19, 20, 21),
  ...ids('DF', 3, 4, 5, 6, 17, 21, 26, 27, 28, 29, 30, 31, 35, 36),
];

describe.each(Object.entries(CLAIMS))('the profile %s', (id, claims) => {
  const profile = SHIPPED_PROFILES.find((one) => one.id === id);

  it.each(claims)('holds %s in %s', (_requirement, path, holds) => {
    expect(at(profile, path)).toEqual(holds);
  });

  it('names as the source of a group of fields every requirement it holds there', () => {
    const missing = claims
      .map(([requirement, path]) => [requirement, path.split('.')[0] ?? ''] as const)
      .filter(([requirement, group]) => {
        const sources: Readonly<Record<string, readonly string[]>> = profile?.sources ?? {};
        return sources[group]?.includes(requirement) !== true;
      });
    expect(missing).toEqual([]);
  });

  it('accompanies the renewal, because the CA has no gateway', () => {
    expect(profile?.gateway).toBeNull();
  });
});

it('leaves no requirement for the assistant without a place', () => {
  const held = Object.values(CLAIMS).flatMap((claims) => claims.map(([id]) => id));
  const placed = new Set([...held, ...Object.keys(ELSEWHERE)]);
  expect(FOR_THE_ASSISTANT.filter((id) => !placed.has(id))).toEqual([]);
});

it('never holds a price, because those in the manuals are samples', () => {
  expect(JSON.stringify(SHIPPED_PROFILES)).not.toMatch(/\d+(\.\d+)?\s*元|[¥￥]\s*\d/);
});

it.each([
  ['a field nobody knows', { surprise: 1 }],
  ['a web address of another kind', { gateway: { address: 'javascript:alert(1)' } }],
  ['a web address with a user name', { gateway: { address: 'https://www.snca.com.cn@evil.example/' } }],
  ['reminder days that rise', { reminderDays: [7, 30] }],
  ['a source that is no requirement', { sources: { pin: ['XX-1'] } }],
])('a profile with %s is refused', (_title, change) => {
  expect(profileSchema.safeParse({ ...SHIPPED_PROFILES[1], ...change }).success).toBe(false);
});

function at(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((node, key) => (node as Readonly<Record<string, unknown>> | undefined)?.[key], value);
}

function names(...expected: readonly string[]): unknown {
  return expected.map((name) => expect.objectContaining({ name }) as unknown);
}

function valued(...expected: readonly string[]): unknown {
  return expected.map((value) => expect.objectContaining({ value }) as unknown);
}

function ids(manual: string, ...numbers: readonly number[]): string[] {
  return numbers.map((number) => `${manual}-${String(number).padStart(2, '0')}`);
}
