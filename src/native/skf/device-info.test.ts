import { describe, expect, it } from 'vitest';
import { structure, type SkfAbi } from './abi.ts';
import { detectAbi, DEVICE_INFO_ROOM, readDeviceInfo } from './device-info.ts';

interface Fields {
  readonly algSymCap: number;
  readonly algAsymCap: number;
  readonly algHashCap: number;
  readonly totalSpace: number;
  readonly freeSpace: number;
}

const USUAL: Fields = {
  algSymCap: 0x40f,
  algAsymCap: 0x3_0300,
  algHashCap: 7,
  totalSpace: 131_072,
  freeSpace: 65_536,
};

function written(abi: SkfAbi, fields: Partial<Fields> = {}): Uint8Array {
  const bytes = new Uint8Array(DEVICE_INFO_ROOM);
  const info = structure('deviceInfo', abi, bytes);
  info.field('label').set(Buffer.from('税务数字证书'));
  info.field('serialNumber').set(Buffer.from('0123456789ABCDEF0123456789ABCDEF'));
  info.field('manufacturer').set(Buffer.from('Longmai'));
  for (const [name, value] of Object.entries({ ...USUAL, ...fields }) as [keyof Fields, number][])
    info.setNumber(name, value);
  return bytes;
}

const SHAPES: readonly SkfAbi[] = [
  { ulong: 4, packed: true },
  { ulong: 4, packed: false },
  { ulong: 8, packed: true },
  { ulong: 8, packed: false },
];

describe('DEVINFO', () => {
  describe.each(SHAPES)('written with ULONG of $ulong bytes, packed $packed', (abi) => {
    it.each<[string, Partial<Fields>]>([
      ['usual capabilities', {}],
      ['SM1 and SSF33 only, full', { algSymCap: 0x303, freeSpace: 0 }],
      ['vendor ciphers beside', { algSymCap: 0x8000_071f }],
      ['SM2 only', { algAsymCap: 0x2_0100, algHashCap: 1 }],
      ['no space told', { totalSpace: 0, freeSpace: 0 }],
    ])('is recognised with %s', (_title, fields) => {
      expect(detectAbi(written(abi, fields))).toEqual(abi);
    });

    it('is read', () => {
      expect(readDeviceInfo(written(abi), abi)).toEqual({
        label: '税务数字证书',
        serial: '0123456789ABCDEF0123456789ABCDEF',
        manufacturer: 'Longmai',
        freeSpace: 65_536,
      });
    });
  });

  it('is taken as the usual shape where the driver leaves everything zero', () => {
    expect(detectAbi(new Uint8Array(DEVICE_INFO_ROOM))).toEqual({ ulong: 4, packed: true });
  });

  it('does not tell a free space larger than the whole', () => {
    const abi = { ulong: 4, packed: true } as const;
    const lying = written(abi, { freeSpace: 0xffff_ffff });
    expect(readDeviceInfo(lying, abi).freeSpace).toBe(null);
  });
});
