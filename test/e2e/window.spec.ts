import { expect, test } from './support/test.ts';

test('the window opens, asks for a key and ends when told', async ({ assistant }) => {
  const page = await assistant.open();
  await expect(page.getByRole('heading', { name: '请插入UKey' })).toBeVisible();
  expect(new URL(page.url()).hash).toBe('');
  expect(await assistant.close()).toBe(0);
});

test('a key file is shown within a moment of being plugged in, and gone when it is pulled', async ({
  assistant,
  keyBox,
}) => {
  const file = await keyBox.keyFile('张三');
  const page = await assistant.open();
  await expect(page.getByRole('heading', { name: '请插入UKey' })).toBeVisible();
  const plugged = await assistant.plugIn(file);
  await expect(page.getByText('UKey型号')).toBeVisible({ timeout: 3000 });
  await test.step('its notices leave room for the screen in a low window', async () => {
    await expect(page.locator('.notice')).toHaveCount(2);
    await page.setViewportSize({ width: 440, height: 300 });
    await expect(page.locator('.notice:visible')).toHaveCount(1);
  });
  await assistant.pull(plugged);
  await expect(page.getByRole('heading', { name: '请插入UKey' })).toBeVisible({ timeout: 3000 });
});

// Without a USB bus the poll sees them: two seconds, and the time of a look.
test('an SKF key is shown soon after it is plugged in, and gone when it is pulled', async ({
  assistant,
  keyBox,
}) => {
  const { bench, device, args, env } = await keyBox.skfKey('key1');
  const page = await assistant.open({ args, env });
  await expect(page.getByRole('heading', { name: '请插入UKey' })).toBeVisible();
  bench.plug(device);
  await expect(page.getByText('UKey型号')).toBeVisible({ timeout: 6000 });
  bench.unplug(device);
  await expect(page.getByRole('heading', { name: '请插入UKey' })).toBeVisible({ timeout: 6000 });
  bench.dispose();
});

test('a PKCS#11 key is shown soon after it is plugged in, and gone when it is pulled', async ({
  assistant,
  keyBox,
}) => {
  const hsm = await keyBox.softHsm('李四');
  await hsm.pull();
  const page = await assistant.open({ args: ['--module', hsm.module], env: hsm.env });
  await expect(page.getByRole('heading', { name: '请插入UKey' })).toBeVisible();
  await hsm.plug();
  await expect(page.getByText('UKey型号')).toBeVisible({ timeout: 6000 });
  await hsm.pull();
  await expect(page.getByRole('heading', { name: '请插入UKey' })).toBeVisible({ timeout: 6000 });
  await hsm.dispose();
});

test('a page that is reloaded goes on', async ({ assistant, keyBox }) => {
  await assistant.plugIn(await keyBox.keyFile('张三'));
  const page = await assistant.open();
  await expect(page.getByText('UKey型号')).toBeVisible();
  await page.reload();
  await expect(page.getByText('UKey型号')).toBeVisible();
});
