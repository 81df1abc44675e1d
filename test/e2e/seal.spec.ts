// 签章检测 as a person does it: in practice to a sealed page on the screen, and with files dropped on it.

import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expectUsable } from './support/looks.ts';
import { expect, test } from './support/test.ts';
import { typePin } from './support/wizard.ts';

const OFD = fileURLToPath(new URL('../fixtures/seal/ofdrw-generated/ses-v4.ofd', import.meta.url));

async function openSealTest(page: Page): Promise<void> {
  await page.getByRole('button', { name: /练习模式/ }).click();
  await page.getByRole('link', { name: '签章检测' }).click();
  await expect(page.getByText('可以和当前证书一起使用')).toBeVisible();
}

async function runTest(page: Page): Promise<void> {
  await page.getByRole('button', { name: '开始检测' }).click();
  await typePin(page);
  await expect(page.getByText('本机签章自检通过')).toBeVisible();
  await expect(page.locator('canvas[data-state=drawn]')).toBeVisible();
}

/** Share of pixels of the canvas that are of the seal's red, and of anything but white. */
const INK = `(() => {
  const canvas = document.querySelector('canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  const share = (fits) => {
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (fits(data[at], data[at + 1], data[at + 2])) count += 1;
    return count / (data.length / 4);
  };
  return {
    red: share((r, g, b) => r > 150 && g < 110 && b < 110),
    any: share((r, g, b) => r + g + b < 700),
  };
})()`;

async function dropFile(page: Page, name: string, content: Buffer): Promise<void> {
  const dataTransfer = await page.evaluateHandle(`(() => {
    const bytes = Uint8Array.from(atob('${content.toString('base64')}'), (character) => character.charCodeAt(0));
    const dropped = new DataTransfer();
    dropped.items.add(new File([bytes], '${name}'));
    return dropped;
  })()`);
  await page.locator('.seal-drop').dispatchEvent('drop', { dataTransfer });
}

test('practice ends with a sealed page on the screen and a passed self-test', async ({ assistant }) => {
  const page = await assistant.open();
  await openSealTest(page);
  await runTest(page);
  const { red, any } = await page.evaluate<{ readonly red: number; readonly any: number }>(INK);
  expect(red).toBeGreaterThan(0.001);
  expect(any).toBeGreaterThan(red);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '导出示例文件' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe('签章检测示例文件.pdf');
  const sealed = await readFile(await saved.path());
  await dropFile(page, 'sealed.pdf', sealed);
  await expect(page.getByText('签名正确，有项目需要留意')).toBeVisible();
  const changed = Buffer.from(sealed);
  changed[100] = changed[100]! ^ 1;
  await dropFile(page, 'changed.pdf', changed);
  await expect(page.getByText('无效或无法确认', { exact: true })).toBeVisible();
  await page.getByText('技术细节').first().click();
  await expectUsable(page, '签章检测');
});

test('a sealed OFD that is chosen is judged without a key', async ({ assistant }) => {
  const page = await assistant.open();
  await page.getByRole('link', { name: '签章检测' }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: '选择文件' }).click();
  await (await chooser).setFiles(OFD);
  await expect(page.getByText(/ses-v4\.ofd · OFD文件/)).toBeVisible();
  await expect(page.getByText('签名正确，有项目需要留意')).toBeVisible();
});
