// 环境检测 in the window: what is wrong, what a repair would change, the change itself and its undoing.

import { chmod, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expectUsable } from './support/looks.ts';
import { expect, test } from './support/test.ts';
import { button } from './support/wizard.ts';

test('a folder that others can read is found, closed after a look at the change, and opened again', async ({
  assistant,
}) => {
  const keys = join(assistant.dataDir, 'keys');
  await mkdir(keys);
  await chmod(keys, 0o755);
  const mode = async () => ((await stat(keys)).mode & 0o777).toString(8);
  const page = await assistant.open();
  await page.getByRole('link', { name: '环境检测' }).click();
  await button(page, '一键检测').click();
  const repair = page.getByRole('checkbox', { name: '选择修复：收回数据文件夹的权限' });
  await expect(repair).toBeChecked();
  // What else this computer may need is none of the test's business.
  const chosen = page.getByRole('checkbox', { checked: true });
  while ((await chosen.count()) > 0) await chosen.first().uncheck();
  await repair.check();
  await button(page, '一键修复 1 项').click();
  await expect(page.getByRole('dialog').getByText(`权限 ${keys}：755 改为 700`)).toBeVisible();
  await expectUsable(page, '将要更改的内容');
  expect(await mode()).toBe('755');
  await page.getByRole('button', { name: '确认修复' }).click();
  await expect(page.getByText('已修复')).toBeVisible();
  expect(await mode()).toBe('700');
  await button(page, '撤销这次修复').click();
  await expect(page.getByText('已撤销')).toBeVisible();
  expect(await mode()).toBe('755');
  await expectUsable(page, '上次修复记录');
});
