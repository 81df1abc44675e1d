// From the notice that a certificate ends to the new one on the key, on keys behind SKF and PKCS#11. What is on the
// key afterwards is said by programs that nobody here wrote.

import type { Page } from '@playwright/test';
import { PIN } from './support/key-box.ts';
import { expect, test } from './support/test.ts';
import { witnessPkcs11, witnessSkf, type Witnessed } from './support/witness.ts';
import { button, toPayment, typePin } from './support/wizard.ts';

// Keys are made first.
test.setTimeout(90_000);

/** The button of a notice. */
const notice = (page: Page, text: RegExp, name: string) =>
  page
    .getByRole('region', { name: '通知' })
    .getByRole('article')
    .filter({ hasText: text })
    .getByRole('button', { name, exact: true });

/** By how many years each certificate ends later than the first. */
function yearsLater(witnessed: readonly Witnessed[]): readonly number[] {
  const [first = NaN, ...others] = witnessed.map(({ end }) => new Date(end).getUTCFullYear());
  return [0, ...others.map((year) => year - first)];
}

test('an SM2 key behind SKF: from the reminder to the new date on the key that was plugged in again', async ({
  assistant,
  keyBox,
}) => {
  const { bench, device, args, env, pin } = await keyBox.skfKey('whole');
  const { sandbox } = await keyBox.rehearsal();
  const page = await assistant.open({
    ...{ args, env },
    settings: { gateways: { sandbox: await keyBox.gateway() } },
  });
  await expect(page.getByRole('heading', { name: '请插入UKey' })).toBeVisible();
  bench.plug(device);
  await notice(page, /证书将于 12 天后到期/, '续期').click();
  await expect(page.getByRole('heading', { name: '确认要续期的证书' })).toBeVisible();
  await button(page, '开始续期').click();
  await toPayment(page, pin);
  await sandbox('pay');
  await sandbox('approve');
  await typePin(page, pin);
  await expect(page.getByText('新证书已写入并通过检验')).toBeVisible();

  const after = witnessSkf(bench, device);
  expect(after.map(({ isOwnKey }) => isOwnKey)).toEqual([true, true, true, true]);
  expect(yearsLater(after)).toEqual([0, 0, 1, 1]);

  bench.unplug(device);
  await expect(page.getByText('请把UKey插回来')).toBeVisible();
  bench.plug(device);
  await expect(page.getByText('已看到新有效期')).toBeVisible();
  bench.dispose();
});

test('an RSA key behind PKCS#11: paid, left alone, and gone on with when the CA has agreed', async ({
  assistant,
  keyBox,
}) => {
  const hsm = await keyBox.softHsm('吴十', { algorithm: 'RSA-2048' });
  const { sandbox } = await keyBox.rehearsal();
  const page = await assistant.open({
    args: ['--module', hsm.module],
    env: hsm.env,
    settings: { gateways: { sandbox: await keyBox.gateway() } },
  });
  await button(page, '续期').click();
  await button(page, '开始续期').click();
  await toPayment(page, PIN);
  await sandbox('pay');
  await button(page, '先离开，有进展提醒我').click();
  await button(page, '返回').click();
  await sandbox('approve');
  await hsm.pull();
  await expect(page.getByRole('heading', { name: '请插入UKey' })).toBeVisible();
  await hsm.plug();
  await expect(button(page, '立即更新')).toBeVisible();
  await notice(page, /证书更新已就绪/, '立即更新').click();
  await typePin(page, PIN);
  await expect(page.getByText('新证书已写入并通过检验')).toBeVisible();

  const after = await witnessPkcs11(hsm, '吴十', PIN);
  expect(after.map(({ isOwnKey }) => isOwnKey)).toEqual([true, true]);
  expect(yearsLater(after)).toEqual([0, 1]);
  await hsm.dispose();
});
