// 陪同续期 with the command line as the CA's assistant: it writes onto the plugged key while the window watches.

import { PIN } from './support/key-box.ts';
import { expectUsable } from './support/looks.ts';
import { expect, test } from './support/test.ts';
import { button, typePin } from './support/wizard.ts';

test('what a CA writes onto the key is seen, proved and shown before and after', async ({
  assistant,
  keyBox,
}) => {
  test.setTimeout(90_000);
  const path = await assistant.plugIn(await keyBox.keyFile('赵六'));
  const page = await assistant.open();
  await button(page, '续期').click();
  await button(page, '开始续期').click();
  await page.getByText('没有，可以办理').click();
  await button(page, '下一步').click();
  await expect(page.getByText('网厅办理小抄')).toBeVisible();
  await expectUsable(page, '陪同续期');
  await page.reload();
  await expect(page.getByText('网厅办理小抄')).toBeVisible();

  const { ukey, gateway, sandbox } = await keyBox.rehearsal();
  await sandbox('set', 'auto=true');
  const renewed = await ukey.run(
    ['renew', '--gateway', gateway, '--keystore', path, '--token', '赵六', '--yes', '--pin-stdin'],
    [PIN],
  );
  expect(renewed.stderr + renewed.stdout).toContain('更新完成');
  await sandbox('set', 'auto=false');

  await typePin(page, PIN);
  await expect(page.getByText('检验明细')).toBeVisible();
  await expect(page.getByText('试签名并验签')).toBeVisible();
  await expect(page.getByRole('cell', { name: '2 张签名证书、2 张加密证书' })).toBeVisible();
  await expectUsable(page, '检验明细');
});
