// What goes wrong in the middle of a renewal, and that the person goes on from there: a driver that dies while the
// key is written, a CA that cannot be reached, two pages, a program started twice.

import { startSecond } from './support/shells.ts';
import { expect, test } from './support/test.ts';
import { witnessSkf } from './support/witness.ts';
import { beginPractice, button, pinField, toPayment, typePin } from './support/wizard.ts';

// A key is made first, and four driver processes die.
test.setTimeout(120_000);

/** The driver's process gets SIGKILL at that call; the step it was in. One for each phase of 更新. */
const DEATHS = [
  { at: 'SKF_VerifyPIN 1 kill', step: '验证UKey密码' },
  { at: 'SKF_GenECCKeyPair 1 kill-after', step: '在UKey里生成密钥' },
  { at: 'SKF_ImportCertificate 1 kill-after', step: '写入证书' },
  { at: 'SKF_ECCSignData 2 kill', step: '读回核对，试签名、验签、解密' },
] as const;

test('a CA that is gone and a driver that dies in every phase are gone on from, to one new certificate', async ({
  assistant,
  keyBox,
}) => {
  const { bench, device, args, env, pin } = await keyBox.skfKey('trouble');
  const ca = await keyBox.rehearsal();
  bench.plug(device);
  const page = await assistant.open({
    ...{ args, env },
    settings: { gateways: { sandbox: await keyBox.gateway() } },
  });
  await button(page, '续期').click();
  await button(page, '开始续期').click();
  await toPayment(page, pin);

  await ca.goDown();
  await expect(page.getByRole('alert')).toContainText(`连接不上颁发机构的服务（${ca.gateway}）。`);
  await expect(page.getByRole('alert')).toContainText('错误 4001');
  await expect(page.getByRole('alert')).toContainText('不要重复缴费');
  await ca.comeBack();
  await ca.sandbox('pay');
  await ca.sandbox('approve');
  // Nobody has to press anything: it is asked again.
  for (const { at, step } of DEATHS) {
    bench.control(at);
    await typePin(page, pin);
    await expect(page.getByRole('alert')).toContainText('UKey驱动意外退出');
    await expect(page.locator('.log li').last()).toContainText(step);
    await button(page, '继续更新').click();
  }
  await typePin(page, pin);
  await expect(page.getByText('新证书已写入并通过检验')).toBeVisible();
  expect(witnessSkf(bench, device).map(({ isOwnKey }) => isOwnKey)).toEqual([true, true, true, true]);
  bench.dispose();
});

test('a program started twice names the first one, whose pages go through a renewal together', async ({
  assistant,
}, info) => {
  test.skip(info.project.name !== 'webshell', 'Electron has one window');
  const page = await assistant.open();
  const second = await startSecond({ dataDir: assistant.dataDir, args: [], env: process.env });
  expect(second.code).toBe(0);
  const other = await page.context().newPage();
  await other.goto(second.address);
  await beginPractice(other);
  await page.getByRole('link', { name: '证书办理' }).click();
  await page.getByRole('link', { name: '回到办理' }).click();
  await pinField(page).waitFor();
  await typePin(other);
  await page.getByText('没有，可以办理').click();
  await button(page, '下一步').click();
  await expect(other.getByRole('heading', { name: '阅读协议' })).toBeVisible();
});
