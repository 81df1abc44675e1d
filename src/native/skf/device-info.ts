// DEVINFO (GM/T 0016 §6.4.2), the one structure whose layout depends on packing. Which layout a library uses is
// read off the first DEVINFO it fills: the algorithm capabilities make sense in one of the four only.

import { layoutOf, structure, USUAL_ABI, type SkfAbi, type Structure } from './abi.ts';
import { decodeText } from './calls.ts';

export interface DeviceInfo {
  readonly label: string;
  readonly serial: string;
  readonly manufacturer: string;
  /** Bytes; null where the driver does not say. */
  readonly freeSpace: number | null;
}

/** More than any layout needs, and room for drivers that write beyond it. */
export const DEVICE_INFO_ROOM = 1024;

const CANDIDATES: readonly SkfAbi[] = [
  USUAL_ABI,
  { ulong: 4, packed: false },
  { ulong: 8, packed: true },
  { ulong: 8, packed: false },
];

/** The first of the four layouts in which the most makes sense. `bytes` were zero before the driver's call. */
export function detectAbi(bytes: Uint8Array): SkfAbi {
  let best = { abi: USUAL_ABI, score: -1 };
  for (const abi of CANDIDATES) {
    const score = plausibility(bytes, abi);
    if (score > best.score) best = { abi, score };
  }
  return best.abi;
}

export function readDeviceInfo(bytes: Uint8Array, abi: SkfAbi): DeviceInfo {
  const info = structure('deviceInfo', abi, bytes);
  const total = info.number('totalSpace');
  const free = info.number('freeSpace');
  return {
    label: decodeText(info.field('label')),
    serial: decodeText(info.field('serialNumber')),
    manufacturer: decodeText(info.field('manufacturer')),
    freeSpace: total > 0 && free <= total ? free : null,
  };
}

function plausibility(bytes: Uint8Array, abi: SkfAbi): number {
  const info = structure('deviceInfo', abi, bytes);
  const [symmetric, asymmetric, hash] = [
    wide(info, 'algSymCap', abi),
    wide(info, 'algAsymCap', abi),
    wide(info, 'algHashCap', abi),
  ];
  const [total, free] = [wide(info, 'totalSpace', abi), wide(info, 'freeSpace', abi)];
  const isSymmetric = symmetric >= 0x100n && (symmetric & 0x7fff_ffffn) <= 0xffffn;
  const isAsymmetric = asymmetric >= 0x1_0000n && asymmetric <= 0xf_ffffn;
  const isHash = hash > 0n && hash <= 0xffn;
  const isSpace = total > 0n && free <= total && total <= 0xffff_ffffn;
  const behind = bytes.subarray(layoutOf('deviceInfo', abi).end);
  const endsThere = behind.every((byte) => byte === 0);
  return (
    4 * Number(isAsymmetric) +
    2 * Number(isHash) +
    2 * Number(isSymmetric) +
    Number(isSpace) +
    Number(endsThere)
  );
}

/** The whole field: its upper half, where ULONG has 8 bytes, is what tells the widths apart. */
function wide(
  info: Structure<'deviceInfo'>,
  name: 'algSymCap' | 'algAsymCap' | 'algHashCap' | 'totalSpace' | 'freeSpace',
  abi: SkfAbi,
): bigint {
  const field = info.field(name);
  const view = new DataView(field.buffer, field.byteOffset, field.byteLength);
  return abi.ulong === 8 ? view.getBigUint64(0, true) : BigInt(view.getUint32(0, true));
}
