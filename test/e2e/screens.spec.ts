// Every screen, for everybody: a table. The wizards are looked at where they are walked through.

import { expect, test } from './support/test.ts';
import { expectUsable } from './support/looks.ts';

// One program for all of them.
test.setTimeout(120_000);

/** Fragment, and what is there once the screen is. */
const SCREENS = [
  ['#/home', '续期'],
  ['#/keys', '导出证书'],
  ['#/keys?show=pin', '再输一次新密码'],
  ['#/keys?show=unlock', '本软件不会替您试密码。'],
  ['#/keys?show=history', '没有可以清理的历史证书。'],
  ['#/services', '进度查询'],
  ['#/environment', '还没有检测过。'],
  ['#/seal', '可以和当前证书一起使用'],
  ['#/settings', '到期提醒'],
  ['#/help', '常见问题'],
] as const;

test('every screen can be used at 200 % in the smallest window, and with both themes', async ({
  assistant,
}) => {
  const page = await assistant.open();
  await expect(page.getByRole('heading', { name: '请插入UKey' })).toBeVisible();
  await expectUsable(page, 'empty');
  await page.getByRole('button', { name: /练习模式/ }).click();
  await expect(page.getByText('UKey型号')).toBeVisible();
  for (const [fragment, there] of SCREENS) {
    await page.evaluate(`location.hash = '${fragment}'`);
    await expect(page.getByRole('main').getByText(there).first()).toBeVisible();
    await expectUsable(page, fragment);
  }
  await page.evaluate(`location.hash = '#/environment'`);
  await page.getByRole('button', { name: '一键检测' }).click();
  await page.getByRole('button', { name: '展开' }).click();
  await expectUsable(page, '#/environment, checked');
});
