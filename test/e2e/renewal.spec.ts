// The wizard as somebody walks it who never saw it: in practice mode from the empty screen to 完成, by keyboard
// alone, stopped and gone on with; and with a real key file at a rehearsal CA.

import type { Locator, Page } from '@playwright/test';
import { PIN } from './support/key-box.ts';
import { expectUsable } from './support/looks.ts';
import { expect, test } from './support/test.ts';
import { beginPractice, button, pinField, PRACTICE_PIN, toPayment, typePin } from './support/wizard.ts';

// Two starts of the program, or a key and its CA, take longer than other specs on a busy computer.
test.setTimeout(90_000);

/** Tab, until it has the focus. */
async function reach(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 40; presses += 1) {
    if ((await target.and(page.locator(':focus')).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}

async function pressByKey(page: Page, target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await reach(page, target);
  await page.keyboard.press(key);
}

test('a certificate is renewed in practice by keyboard alone, and every step can be used by everybody', async ({
  assistant,
}) => {
  const page = await assistant.open();
  const confirmPin = page.getByRole('button', { name: '确定', exact: true });
  await pressByKey(page, page.getByRole('button', { name: /练习模式/ }));
  await pressByKey(page, button(page, '续期'));
  await button(page, '开始续期').waitFor();
  await expectUsable(page, '确认证书');
  await pressByKey(page, button(page, '开始续期'));
  await expect(pinField(page)).toBeFocused();
  await expectUsable(page, '密码');
  await page.keyboard.type(PRACTICE_PIN);
  await page.keyboard.press('Enter');
  await reach(page, page.getByRole('radio', { name: '没有，可以办理' }));
  await page.keyboard.press('ArrowDown');
  await expect(page.getByLabel('开标时间')).toBeVisible();
  await expectUsable(page, '标书');
  await page.keyboard.press('ArrowUp');
  await pressByKey(page, button(page, '下一步'));
  await page.getByRole('checkbox', { name: '我已阅读并同意' }).waitFor();
  await expectUsable(page, '协议');
  await pressByKey(page, page.getByRole('checkbox', { name: '我已阅读并同意' }), 'Space');
  await pressByKey(page, button(page, '下一步'));
  await page.getByLabel('手机号码').waitFor();
  await expectUsable(page, '信息');
  await reach(page, page.getByLabel('手机号码'));
  await page.keyboard.type('13800000000');
  await page.keyboard.press('Enter');
  await button(page, '模拟支付（不收费）').waitFor();
  await expectUsable(page, '支付');
  await pressByKey(page, button(page, '模拟支付（不收费）'));
  await expect(pinField(page)).toBeFocused();
  await page.keyboard.type(PRACTICE_PIN);
  await pressByKey(page, confirmPin);
  await expect(page.getByText('新证书已写入并通过检验')).toBeVisible();
  await expectUsable(page, '完成');
  const saved = page.waitForEvent('download');
  await pressByKey(page, button(page, '保存续期凭证'));
  expect((await saved).suggestedFilename()).toMatch(/\.html$/);
  await pressByKey(page, button(page, '完成'));
  await expect(page.getByRole('heading', { name: '首页' })).toBeVisible();
});

test('a page reloaded at the QR code and a program ended there go on without paying again', async ({
  assistant,
}) => {
  const first = await assistant.open();
  await beginPractice(first);
  await toPayment(first);
  const order = await first
    .getByText(/^[A-Z0-9-]{6,}$/)
    .first()
    .textContent();
  await first.reload();
  await expect(first.getByText(order ?? '')).toBeVisible();
  await assistant.close();

  const page = await assistant.open();
  await page.getByRole('button', { name: /练习模式/ }).click();
  await button(page, '继续更新').click();
  await expect(page.getByText(order ?? '')).toBeVisible();
  await button(page, '模拟支付（不收费）').click();
  await typePin(page);
  await expect(page.getByText('新证书已写入并通过检验')).toBeVisible();
});

test('a bid that opens before the certificate ends is opened first, and the opening is remembered', async ({
  assistant,
}) => {
  const page = await assistant.open();
  await beginPractice(page);
  await typePin(page);
  await page.getByText('有，还没有开标').click();
  const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('开标时间').fill(`${day} 09:30`);
  await page.getByLabel('开标时间').press('Enter');
  await expect(page.getByText('建议开标后再办')).toBeVisible();
  await button(page, '开标后提醒我').click();
  await expect(page.getByRole('heading', { name: '已停下，可以随时继续' })).toBeVisible();
  await page.getByRole('link', { name: '设置' }).click();
  await expect(page.getByText(`${day} 09:30`)).toBeVisible();
});

test('a key pulled before the second PIN is waited for, and a wrong PIN is told with the tries left', async ({
  assistant,
  keyBox,
}) => {
  const file = await keyBox.keyFile('王五');
  const rehearsal = await keyBox.rehearsal();
  const path = await assistant.plugIn(file);
  const page = await assistant.open({ settings: { gateways: { sandbox: await keyBox.gateway() } } });
  await button(page, '续期').click();
  await button(page, '开始续期').click();
  await typePin(page, '000000');
  await expect(page.getByText(/UKey密码不正确/)).toBeVisible();
  await toPayment(page, PIN);
  expect((await rehearsal.sandbox('pay')).code).toBe(0);
  expect((await rehearsal.sandbox('approve')).code).toBe(0);
  await pinField(page).waitFor();
  await assistant.pull(path);
  await expect(page.getByRole('main').getByText('UKey已拔出。')).toBeVisible();
  await assistant.plugIn(file);
  await button(page, '输入密码').click();
  await typePin(page, PIN);
  await expect(page.getByText('新证书已写入并通过检验')).toBeVisible();
});
