// PINs in the window: changed, and wrong until the key locks. What became of it is asked of the key itself.

import { readFile, writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { parseKeyFile, serialiseKeyFile } from '../../src/native/software/key-file.ts';
import { PIN } from './support/key-box.ts';
import { expect, test } from './support/test.ts';
import { button, typePin } from './support/wizard.ts';

// Keys are made first.
test.setTimeout(90_000);

const WRONG = '000000';
const NEW = 'Hu7-Qing9';

async function changePin(page: Page, old: string, next: string): Promise<void> {
  await page.getByLabel('原密码').fill(old);
  await page.getByLabel('新密码', { exact: true }).fill(next);
  await page.getByLabel('再输一次新密码').fill(next);
  await page.getByRole('main').getByRole('button', { name: '修改密码' }).last().click();
}

test('a PIN that was changed in the window is the one pkcs11-tool gets in with', async ({
  assistant,
  keyBox,
}) => {
  const hsm = await keyBox.softHsm('孙八');
  const page = await assistant.open({ args: ['--module', hsm.module], env: hsm.env });
  await page.getByRole('link', { name: 'UKey管理' }).click();
  await button(page, '修改密码').click();
  await changePin(page, WRONG, NEW);
  await expect(page.getByText('UKey密码不正确')).toBeVisible();
  await changePin(page, PIN, PIN.split('').reverse().join(''));
  await expect(page.getByText('新密码是连续的字符，请换一个。')).toBeVisible();
  await changePin(page, PIN, NEW);
  await expect(page.getByText('密码已修改')).toBeVisible();

  const logIn = (pin: string) =>
    hsm.pkcs11Tool('--token-label', '孙八', '--login', '--pin', pin, '--list-objects', '--type', 'privkey');
  await expect(logIn(PIN)).rejects.toThrow('CKR_PIN_INCORRECT');
  expect(await logIn(NEW)).toContain('Private Key Object');
  await hsm.dispose();
});

test('wrong PINs lock a key after exactly the tries the person made, and then the way to unlock it is shown', async ({
  assistant,
  keyBox,
}) => {
  const skf = await keyBox.skfKey('lock');
  skf.bench.plug(skf.device);
  skf.bench.setApplication(skf.device, 'GMAPP', { user_max: 3, user_tries: 3 });
  const path = await assistant.plugIn(await keyBox.keyFile('周九'));
  await leaveTries(path, 2);
  const page = await assistant.open({
    args: skf.args,
    env: skf.env,
    settings: { gateways: { sandbox: await keyBox.gateway() } },
  });
  const lastTry = page.getByLabel('我确定密码正确，知道再错一次UKey会锁定');
  const route = page.getByRole('main').getByText('请联系练习用CA，按它的办法解锁密码。');

  await test.step('an SKF key, in the wizard', async () => {
    await page
      .getByRole('region', { name: /SoftKey/ })
      .getByRole('button', { name: '续期' })
      .click();
    await button(page, '开始续期').click();
    await typePin(page, WRONG);
    await expect(page.getByText('UKey密码不正确，还可以再试 2 次')).toBeVisible();
    await typePin(page, WRONG);
    await expect(page.getByText('只剩最后一次机会')).toBeVisible();
    await expect(page.getByRole('button', { name: '确定', exact: true })).toBeDisabled();
    await lastTry.check();
    await typePin(page, WRONG);
    await expect(page.getByText('UKey密码已锁定。')).toBeVisible();
    await button(page, '看解锁办法').click();
    await expect(route).toBeVisible();
    const tries = skf.bench.trace().filter((line) => line.startsWith('SKF_VerifyPIN'));
    expect(tries.map((line) => line.split(' ')[1])).toEqual(['0x0a000024', '0x0a000024', '0x0a000025']);
  });

  await test.step('a key file, where its PIN is changed', async () => {
    await page.getByRole('link', { name: '首页' }).click();
    await page.getByRole('region', { name: /周九/ }).getByRole('link', { name: '修改密码' }).click();
    await changePin(page, WRONG, NEW);
    await expect(page.getByText('UKey密码不正确，还可以再试 1 次')).toBeVisible();
    await page.getByLabel('原密码').fill(WRONG);
    await lastTry.check();
    await changePin(page, WRONG, NEW);
    await expect(page.getByText('密码已锁定，怎么解锁')).toBeVisible();
    await expect(route).toBeVisible();
    const kept = parseKeyFile(await readFile(path));
    expect(kept.state === 'good' && kept.file.user.triesLeft).toBe(0);
  });
  skf.bench.dispose();
});

/** As if somebody had typed wrong PINs before. */
async function leaveTries(path: string, triesLeft: number): Promise<void> {
  const parsed = parseKeyFile(await readFile(path));
  if (parsed.state !== 'good') throw new Error(parsed.state);
  const { file } = parsed;
  await writeFile(path, serialiseKeyFile({ ...file, user: { ...file.user, triesLeft } }));
}
