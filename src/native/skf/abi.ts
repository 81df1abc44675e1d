// How GM/T 0016 structures lie in memory. One field table, four shapes: libraries exist with ULONG of 4 and of
// 8 bytes, packed and naturally aligned, and the standard says nothing about packing.

export interface SkfAbi {
  readonly ulong: 4 | 8;
  readonly packed: boolean;
}

/** What the standard says of ULONG (GM/T 0016 §6.1), and what most libraries do about packing. */
export const USUAL_ABI: SkfAbi = { ulong: 4, packed: true };

/** Field: a count of bytes, of ULONGs, or a structure. Variable ends (ECCCIPHERBLOB.Cipher) are left out. */
type Field = readonly [type: 'byte' | 'ulong' | 'version' | 'eccPublicKey' | 'eccCipher', count: number];

/** GM/T 0016-2012 §6.4, fields in order. */
export const STRUCTURES = {
  version: { major: ['byte', 1], minor: ['byte', 1] },
  deviceInfo: {
    version: ['version', 1],
    manufacturer: ['byte', 64],
    issuer: ['byte', 64],
    label: ['byte', 32],
    serialNumber: ['byte', 32],
    hardwareVersion: ['version', 1],
    firmwareVersion: ['version', 1],
    algSymCap: ['ulong', 1],
    algAsymCap: ['ulong', 1],
    algHashCap: ['ulong', 1],
    devAuthAlgId: ['ulong', 1],
    totalSpace: ['ulong', 1],
    freeSpace: ['ulong', 1],
    maxEccBufferSize: ['ulong', 1],
    maxBufferSize: ['ulong', 1],
    reserved: ['byte', 64],
  },
  rsaPublicKey: { algId: ['ulong', 1], bitLen: ['ulong', 1], modulus: ['byte', 256], exponent: ['byte', 4] },
  eccPublicKey: { bitLen: ['ulong', 1], x: ['byte', 64], y: ['byte', 64] },
  eccCipher: { x: ['byte', 64], y: ['byte', 64], hash: ['byte', 32], cipherLen: ['ulong', 1] },
  eccSignature: { r: ['byte', 64], s: ['byte', 64] },
  blockCipherParam: {
    iv: ['byte', 32],
    ivLen: ['ulong', 1],
    paddingType: ['ulong', 1],
    feedBitLen: ['ulong', 1],
  },
  envelopedKey: {
    version: ['ulong', 1],
    symmAlgId: ['ulong', 1],
    bits: ['ulong', 1],
    encryptedPrivateKey: ['byte', 64],
    publicKey: ['eccPublicKey', 1],
    cipher: ['eccCipher', 1],
  },
  fileAttribute: {
    fileName: ['byte', 32],
    fileSize: ['ulong', 1],
    readRights: ['ulong', 1],
    writeRights: ['ulong', 1],
  },
} as const satisfies Record<string, Record<string, Field>>;

export type StructureName = keyof typeof STRUCTURES;
type FieldName<S extends StructureName> = keyof (typeof STRUCTURES)[S] & string;

export interface Layout<S extends StructureName> {
  /** Bytes up to the end of the last field; a natural C structure may be padded beyond it. */
  readonly end: number;
  readonly alignment: number;
  readonly fields: Readonly<Record<FieldName<S>, { readonly offset: number; readonly size: number }>>;
}

export function layoutOf<S extends StructureName>(name: S, abi: SkfAbi): Layout<S> {
  const table: Readonly<Record<string, Field>> = STRUCTURES[name];
  const fields: Record<string, { offset: number; size: number }> = {};
  let end = 0;
  let alignment = 1;
  for (const [field, [type, count]] of Object.entries(table)) {
    const element = measure(type, abi);
    const step = abi.packed ? 1 : element.alignment;
    const offset = Math.ceil(end / step) * step;
    fields[field] = { offset, size: element.size * count };
    end = offset + element.size * count;
    alignment = Math.max(alignment, step);
  }
  return { end, alignment, fields: fields as Layout<S>['fields'] };
}

/** sizeof of the C structure; `fields` end earlier where it is padded. */
export function sizeOf(name: StructureName, abi: SkfAbi): number {
  const { end, alignment } = layoutOf(name, abi);
  return Math.ceil(end / alignment) * alignment;
}

function measure(type: Field[0], abi: SkfAbi): { size: number; alignment: number } {
  if (type === 'byte') return { size: 1, alignment: 1 };
  if (type === 'ulong') return { size: abi.ulong, alignment: abi.ulong };
  return { size: sizeOf(type, abi), alignment: layoutOf(type, abi).alignment };
}

/** A structure's bytes seen by field name. All supported systems are little-endian. */
export interface Structure<S extends StructureName> {
  readonly bytes: Uint8Array;
  field(name: FieldName<S>): Uint8Array;
  /** Lower 32 bits: no number of the standard is larger, whatever a driver leaves in the upper half. */
  number(name: FieldName<S>): number;
  setNumber(name: FieldName<S>, value: number): void;
  /** 256-bit values stand right-aligned in their 64-byte fields. */
  setRightAligned(name: FieldName<S>, value: Uint8Array): void;
}

/** A zeroed structure with `extra` bytes behind it, or a view on the `bytes` given. */
export function structure<S extends StructureName>(
  name: S,
  abi: SkfAbi,
  bytes: Uint8Array | number = 0,
): Structure<S> {
  const layout = layoutOf(name, abi);
  const all = typeof bytes === 'number' ? new Uint8Array(layout.end + bytes) : bytes;
  const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
  const field = (part: FieldName<S>): Uint8Array => {
    const { offset, size } = layout.fields[part];
    return all.subarray(offset, offset + size);
  };
  return {
    bytes: all,
    field,
    number: (part) => view.getUint32(layout.fields[part].offset, true),
    setNumber: (part, value) => view.setUint32(layout.fields[part].offset, value, true),
    setRightAligned(part, value) {
      const target = field(part);
      target.set(value, target.length - value.length);
    },
  };
}
