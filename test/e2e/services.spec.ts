// 证书办理 on one key: 下载证书 with 业务受理号 and 授权码 of the CA, then 冻结 and 解冻 of what came onto it.

import { expectUsable } from './support/looks.ts';
import { expect, test } from './support/test.ts';
import { witnessSkf } from './support/witness.ts';
import { button, typePin } from './support/wizard.ts';

// A CA is started first.
test.setTimeout(90_000);

test('a blank key gets its certificates with the numbers the CA sent; they are frozen and used again', async ({
  assistant,
  keyBox,
}) => {
  const { bench, device, args, env, pin } = await keyBox.skfKey('blank', { isBlank: true });
  const { sandbox } = await keyBox.rehearsal();
  const prepared = (await sandbox('prepare', '--common-name', '郑十一', '--json')).json();
  const { referenceNumber, authorisationCode } = prepared as Record<string, string>;
  bench.plug(device);
  const page = await assistant.open({
    ...{ args, env },
    settings: { gateways: { sandbox: await keyBox.gateway() } },
  });
  const typeCode = async (typed: string) => {
    await page.getByRole('textbox', { name: '授权码' }).fill(typed);
    await button(page, '下一步').click();
  };
  await expect(page.getByText('这把UKey里还没有证书。')).toBeVisible();
  await button(page, '下载证书').click();
  await button(page, '下载证书').click();
  await page.getByLabel('业务受理号').fill(referenceNumber ?? '');
  await button(page, '下一步').click();
  await typeCode('0000000000');
  await expect(page.getByRole('alert')).toContainText('业务受理号或授权码不正确。');
  await button(page, '继续更新').click();
  await typeCode(authorisationCode ?? '');
  await typePin(page, pin);
  await expect(page.getByText('新证书已写入并通过检验')).toBeVisible();
  expect(witnessSkf(bench, device).map(({ isOwnKey }) => isOwnKey)).toEqual([true, true]);

  await page.getByRole('link', { name: '证书办理' }).click();
  await page.getByText('更多：冻结、撤销').click();
  const isFrozen = page.getByRole('main').getByText('已冻结').first();
  for (const change of ['冻结', '解冻']) {
    await button(page, change).click();
    const dialog = page.getByRole('dialog');
    const confirm = dialog.getByRole('button', { name: change, exact: true });
    await expect(confirm).toBeDisabled();
    await dialog.getByRole('textbox').fill('郑十一');
    await expectUsable(page, `${change}证书`);
    await confirm.click();
    await typePin(page, pin);
    await expect(isFrozen).toBeVisible({ visible: change === '冻结' });
  }
  bench.dispose();
});
