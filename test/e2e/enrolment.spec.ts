// 下载证书: a blank key, 业务受理号 and 授权码 of the CA, and a pair of certificates on the key.

import { expect, test } from './support/test.ts';
import { witnessSkf } from './support/witness.ts';
import { button, typePin } from './support/wizard.ts';

// A CA is started first.
test.setTimeout(90_000);

test('a blank key gets its certificates with the numbers the CA sent, and a wrong code is told', async ({
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
  bench.dispose();
});
