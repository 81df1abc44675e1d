// The steps of the renewal wizard as a person takes them.

import { expect, type Locator, type Page } from '@playwright/test';

/** Of every practice key; the page tells it. */
export const PRACTICE_PIN = '12345678';

export const button = (page: Page, name: string): Locator =>
  page.getByRole('main').getByRole('button', { name, exact: true }).first();

export const pinField = (page: Page): Locator => page.getByLabel('UKey密码', { exact: true });

export async function typePin(page: Page, pin = PRACTICE_PIN): Promise<void> {
  await pinField(page).fill(pin);
  await page.getByRole('button', { name: '确定', exact: true }).click();
}

export async function beginPractice(page: Page): Promise<void> {
  await page.getByRole('button', { name: /练习模式/ }).click();
  await button(page, '续期').click();
  await button(page, '开始续期').click();
}

/** From 标书 to the form, which is sent off. */
export async function answerQuestions(page: Page): Promise<void> {
  await page.getByText('没有，可以办理').click();
  await button(page, '下一步').click();
  await page.getByText('我已阅读并同意').click();
  await button(page, '下一步').click();
  await page.getByLabel('手机号码').fill('13800000000');
  await button(page, '下一步').click();
}

/** From the first PIN to the QR code. */
export async function toPayment(page: Page, pin = PRACTICE_PIN): Promise<void> {
  await typePin(page, pin);
  await answerQuestions(page);
  await expect(page.getByRole('img', { name: '支付二维码' })).toBeVisible();
}
