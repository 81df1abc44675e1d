// Every screen, in the order a person meets them. It leaves pictures and judges nothing.

import type { Page } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { expect, test } from './support/test.ts';

const folder = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const PRACTICE_PIN = '12345678';
const THEMES = [
  ['dark', 'rgb(16, 21, 31)'],
  ['light', 'rgb(243, 245, 249)'],
] as const;

/** One picture in each theme. */
async function shoot(page: Page, name: string): Promise<void> {
  for (const [colorScheme, background] of THEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await expect(page.locator('body')).toHaveCSS('background-color', background);
    // antd writes its styles anew after that.
    await page.waitForTimeout(500);
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, animations: 'disabled' });
  }
}

const goTo = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation').getByRole('link', { name }).click();

async function dismissNotices(page: Page): Promise<void> {
  const close = page.getByRole('button', { name: '关闭', exact: true });
  for (let left = await close.count(); left > 0; left -= 1) {
    await close.first().click();
    await expect(close).toHaveCount(left - 1);
  }
}

async function typePin(page: Page): Promise<void> {
  await page.getByRole('dialog').getByRole('textbox').fill(PRACTICE_PIN);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeHidden();
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { name });
const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();

test('the screens around a key', async ({ assistant, keyBox }) => {
  const file = await keyBox.keyFile('张三');
  const page = await assistant.open();
  await expect(heading(page, '请插入UKey')).toBeVisible();
  await shoot(page, 'empty');
  await assistant.plugIn(file);
  await expect(page.getByText('UKey型号')).toBeVisible();
  await shoot(page, 'home-notices');
  await dismissNotices(page);
  await shoot(page, 'home');
  await goTo(page, 'UKey管理');
  await expect(page.getByText('证书类别')).toBeVisible();
  await shoot(page, 'keys');
  await press(page, '修改密码');
  await shoot(page, 'change-pin');
  await goTo(page, '证书办理');
  await expect(heading(page, '下载证书')).toBeVisible();
  await shoot(page, 'services');
  await goTo(page, '环境检测');
  await expect(heading(page, '环境检测')).toBeVisible();
  await shoot(page, 'environment');
  await goTo(page, '设置');
  await expect(page.getByText('开机启动')).toBeVisible();
  await shoot(page, 'settings');
  await page.getByRole('link', { name: '帮助' }).click();
  await expect(heading(page, '常见问题')).toBeVisible();
  await shoot(page, 'help');
});

test('a renewal of the rehearsal', async ({ assistant }) => {
  const page = await assistant.open();
  await page.getByRole('button', { name: /练习模式/ }).click();
  await expect(page.getByText('UKey型号')).toBeVisible({ timeout: 30_000 });
  await dismissNotices(page);
  await shoot(page, 'practice');
  await press(page, '续期');
  await expect(heading(page, '确认要续期的证书')).toBeVisible();
  await shoot(page, 'renewal-confirm');
  await press(page, '开始续期');
  await expect(page.getByRole('dialog')).toBeVisible();
  await shoot(page, 'renewal-pin');
  await typePin(page);
  await expect(heading(page, /还没有开标的标书/)).toBeVisible();
  await page.getByRole('radio', { name: '有，还没有开标' }).check({ force: true });
  await shoot(page, 'renewal-bids');
  await page.getByRole('radio', { name: '没有，可以办理' }).check({ force: true });
  await press(page, '下一步');
  await expect(heading(page, '阅读协议')).toBeVisible();
  await shoot(page, 'renewal-agreements');
  await page.getByRole('checkbox').check();
  await press(page, '下一步');
  await expect(heading(page, '核对并补全信息')).toBeVisible();
  await shoot(page, 'renewal-form');
  await press(page, '下一步');
  await expect(heading(page, '扫码支付')).toBeVisible();
  await shoot(page, 'renewal-payment');
  await press(page, '模拟支付（不收费）');
  await expect(page.getByRole('dialog')).toBeVisible({ timeout: 30_000 });
  await typePin(page);
  await shoot(page, 'renewal-update');
  await expect(page.getByText('新证书已写入并通过检验')).toBeVisible({ timeout: 60_000 });
  await dismissNotices(page);
  await shoot(page, 'renewal-done');
});

test('an accompanied renewal', async ({ assistant, keyBox }) => {
  await assistant.plugIn(await keyBox.keyFile('张三'));
  const page = await assistant.open();
  await expect(page.getByText('UKey型号')).toBeVisible();
  await dismissNotices(page);
  await press(page, '续期');
  await expect(heading(page, '确认要续期的证书')).toBeVisible();
  await shoot(page, 'accompany-confirm');
  await press(page, '开始续期');
  await expect(heading(page, /还没有开标的标书/)).toBeVisible();
  await page.getByRole('radio', { name: '没有，可以办理' }).check({ force: true });
  await press(page, '下一步');
  await expect(heading(page, '等待CA写入新证书')).toBeVisible();
  await dismissNotices(page);
  await shoot(page, 'accompany-portal');
});
