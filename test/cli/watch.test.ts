// `ukey watch`, on a USB bus made by umockdev and with key files in the data folder.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSoftwareKey } from '../../src/native/software/create.ts';
import { watchShape } from '../support/ukey-shapes.ts';
import { createUkey, type Ukey } from '../support/ukey.ts';
import { createUsbBed, type UsbBed } from '../support/usb-bed/usb-bed.ts';

let folder: string;
let bed: UsbBed;
let ukey: Ukey;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ukey-watch-'));
  // Where there is a SoftHSM2, it shows nothing.
  const config = join(folder, 'softhsm2.conf');
  await writeFile(config, `directories.tokendir = ${folder}\n`);
  bed = await createUsbBed();
  ukey = await createUkey({ ...bed.env, SOFTHSM2_CONF: config });
  await mkdir(join(ukey.folder, 'keys'));
});
afterAll(async () => {
  await ukey.dispose();
  await bed.dispose();
  await rm(folder, { recursive: true, force: true });
});

const keyFile = () => join(ukey.folder, 'keys', 'a.ukey');
const makeKey = () =>
  createSoftwareKey(keyFile(), { label: 'SOFT', pin: Buffer.from('123456'), adminPin: null });

describe('watch', () => {
  it('tells in Chinese what is plugged in and pulled, until Ctrl-C', async () => {
    const { child, ended, printed } = ukey.start(['watch']);
    await printed('正在监视');
    await makeKey();
    await printed('插入：【SOFT】');
    await rm(keyFile());
    await printed('拔出：【SOFT】');
    child.kill('SIGINT');
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr, lines: stdout.trimEnd().split('\n') }).toEqual({
      code: 0,
      stderr: '正在监视UKey的插入和拔出，按 Ctrl-C 结束。\n',
      lines: [
        expect.stringMatching(/^插入：【SOFT】编号 [0-9A-F]{16}，软证书，驱动 \/.*a\.ukey$/) as string,
        expect.stringMatching(/^拔出：【SOFT】编号 [0-9A-F]{16}，软证书，驱动 \/.*a\.ukey$/) as string,
      ],
    });
  });

  it('prints one JSON object in a line for each change, and names a key without a driver', async () => {
    const { child, ended, printed } = ukey.start(['watch', '--json']);
    await printed('"kind":"watching"');
    await bed.attach('1-1', '096e:0303');
    await printed('"kind":"stranger"');
    await makeKey();
    await printed('"kind":"appeared"');
    child.kill('SIGINT');
    const { code, stdout } = await ended;
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => watchShape.parse(JSON.parse(line)));
    expect({ code, lines }).toMatchObject({
      code: 0,
      lines: [
        { kind: 'watching', usbProblem: null, hidProblem: null },
        { kind: 'stranger', device: { usbId: '096e:0303', vendor: '飞天诚信 Feitian', hasDriver: false } },
        { kind: 'appeared', token: { label: 'SOFT', provider: 'software' } },
      ],
    });
  });
});
