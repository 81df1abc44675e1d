// Every screen, in the order a person meets them. It leaves pictures and judges nothing.

import type { Page } from '@playwright/test';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OWN_ENTRY } from '../../src/core/environment/windows-run.ts';
import { expect, test } from './support/test.ts';
import { button, PRACTICE_PIN, toPayment, typePin as typeInto } from './support/wizard.ts';

const folder = fileURLToPath(new URL('../../docs/screenshots', import.meta.url));
const THEMES = [
  ['dark', 'rgb(16, 21, 31)'],
  ['light', 'rgb(243, 245, 249)'],
] as const;

/** One picture in each theme. */
async function shoot(page: Page, name: string): Promise<void> {
  // What lies under the pointer looks different.
  await page.mouse.move(0, 679);
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
const press = (page: Page, name: string): Promise<void> => button(page, name).click();

test('the screens around a key', async ({ assistant, keyBox }) => {
  const file = await keyBox.keyFile('张三');
  const page = await assistant.open({ settings: { gateways: { sandbox: await keyBox.gateway() } } });
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
  await page.getByText('更多：冻结、撤销').click();
  await press(page, '撤销');
  await expect(heading(page, '撤销证书')).toBeVisible();
  await shoot(page, 'services-revoke');
  await page.keyboard.press('Escape');
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

test('a computer with something to repair', async ({ assistant, keyBox }) => {
  await assistant.plugIn(await keyBox.keyFile('张三'));
  await chmod(join(assistant.dataDir, 'keys'), 0o755);
  const config = join(assistant.dataDir, 'config');
  await mkdir(join(config, 'autostart'), { recursive: true });
  const entry = '[Desktop Entry]\nType=Application\nExec=/opt/old-place/assistant\n';
  await writeFile(join(config, 'autostart', `${OWN_ENTRY}.desktop`), entry);
  const page = await assistant.open({
    env: { XDG_CONFIG_HOME: config },
    settings: { autostart: true, reminders: false },
  });
  await expect(page.getByText('UKey型号')).toBeVisible();
  await goTo(page, '环境检测');
  await press(page, '一键检测');
  await expect(heading(page, '诊断报告')).toBeVisible();
  await shoot(page, 'environment');
  await page.getByRole('checkbox', { name: /随登录自动启动/ }).uncheck();
  await page.getByRole('button', { name: /^一键修复/ }).click();
  await expect(heading(page, '将要更改的内容')).toBeVisible();
  await shoot(page, 'environment-repair');
});

test('a seal that was tried out', async ({ assistant }) => {
  const page = await assistant.open();
  await page.getByRole('button', { name: /练习模式/ }).click();
  await expect(page.getByText('UKey型号')).toBeVisible({ timeout: 30_000 });
  await dismissNotices(page);
  await goTo(page, '签章检测');
  await expect(page.getByText('可以和当前证书一起使用')).toBeVisible();
  await shoot(page, 'seal-before');
  await press(page, '开始检测');
  await typePin(page);
  await expect(page.locator('canvas[data-state=drawn]')).toBeVisible();
  await shoot(page, 'seal');
});

test('a key that is locked, and a renewal that stopped', async ({ assistant, keyBox }) => {
  const { bench, device, args, env, pin } = await keyBox.skfKey('tour');
  const { sandbox, gateway } = await keyBox.rehearsal();
  bench.plug(device);
  const settings = { gateways: { sandbox: gateway }, reminders: false };
  const page = await assistant.open({ args, env, settings });
  await press(page, '续期');
  await press(page, '开始续期');
  await toPayment(page, pin);
  await sandbox('pay');
  await sandbox('approve');
  bench.control(`SKF_ImportCertificate 1 unplug-after ${device}`);
  await typeInto(page, pin);
  await expect(page.getByText('更新停下了，进度已保存')).toBeVisible();
  await expect(page.getByText('UKey未插入')).toBeVisible();
  await dismissNotices(page);
  await shoot(page, 'renewal-stopped');
  await assistant.close();
  bench.plug(device);
  bench.setApplication(device, 'GMAPP', { user_max: 6, user_tries: 0 });
  const again = await assistant.open({ args, env });
  await expect(button(again, '解锁密码')).toBeVisible();
  await shoot(again, 'locked');
  await press(again, '解锁密码');
  await expect(heading(again, '密码已锁定，怎么解锁')).toBeVisible();
  await shoot(again, 'locked-unlock');
  bench.dispose();
});
