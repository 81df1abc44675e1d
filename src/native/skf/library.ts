// The koffi binding: the only file that touches the vendor's library. Everything but numbers and handles is
// passed as memory of ours, so that no structure is ever translated on the way.

import koffi, { type LibraryHandle, type TypeObject } from 'koffi';
import { layoutOf, structure, USUAL_ABI, type SkfAbi } from './abi.ts';
import {
  exportNames,
  SKF_FUNCTIONS,
  type Argument,
  type ArgumentKind,
  type ArgumentsOf,
  type SkfFunction,
} from './functions.ts';
import { SAR } from './sar.ts';

export interface SkfLibrary {
  /** The SAR value. A function the library lacks answers SAR_NOTSUPPORTYETERR. */
  call<F extends SkfFunction>(name: F, ...args: ArgumentsOf<F>): number;
  has(name: SkfFunction): boolean;
  /** The library's shape; USUAL_ABI until it was found out. */
  readonly abi: SkfAbi;
  /** Before the first call that takes a ULONG by value. */
  adopt(abi: SkfAbi): void;
}

type NativeFunction = (...args: unknown[]) => number;

/** Throws the loader's error. `path` is absolute and was checked to be a library for this process. */
export function loadSkfLibrary(path: string, platform: NodeJS.Platform, arch: string): SkfLibrary {
  const library = koffi.load(path);
  const isDecorated = platform === 'win32' && arch === 'ia32';
  const exported = new Map<SkfFunction, string | null>();
  const declared = new Map<SkfFunction, NativeFunction>();
  let abi = USUAL_ABI;
  let cipherParam = cipherParamType(abi);

  function exportedName(name: SkfFunction): string | null {
    const known = exported.get(name);
    if (known !== undefined) return known;
    const found = exportNames(name).find((candidate) => isExported(library, candidate)) ?? null;
    exported.set(name, found);
    return found;
  }

  function declare(name: SkfFunction): NativeFunction | null {
    const known = declared.get(name);
    if (known !== undefined) return known;
    const symbol = exportedName(name);
    if (symbol === null) return null;
    const kinds: readonly ArgumentKind[] = SKF_FUNCTIONS[name];
    const types = kinds.map((kind) => nativeType(kind, abi, cipherParam));
    // The lower half is the value, also where ULONG has 8 bytes.
    const made = isDecorated
      ? library.func('__stdcall', symbol, 'uint32_t', types)
      : library.func(symbol, 'uint32_t', types);
    const callable: NativeFunction = (...args) => made(...args) as number;
    declared.set(name, callable);
    return callable;
  }

  return {
    get abi() {
      return abi;
    },
    has: (name) => exportedName(name) !== null,
    call(name, ...args) {
      const callable = declare(name);
      if (callable === null) return SAR.NOTSUPPORTYETERR;
      const kinds: readonly ArgumentKind[] = SKF_FUNCTIONS[name];
      const values: readonly Argument[] = args;
      return callable(
        ...values.map((value, index) => (kinds[index] === 'cipherParam' ? unpack(value) : value)),
      );
    },
    adopt(found) {
      if (found.ulong === abi.ulong && found.packed === abi.packed) return;
      abi = found;
      cipherParam = cipherParamType(abi);
      declared.clear();
    },
  };

  function unpack(value: Argument | undefined): unknown {
    const bytes = value instanceof Uint8Array ? value : new Uint8Array(layoutOf('blockCipherParam', abi).end);
    const param = structure('blockCipherParam', abi, bytes);
    return {
      iv: Array.from(param.field('iv')),
      ivLen: param.number('ivLen'),
      paddingType: param.number('paddingType'),
      feedBitLen: param.number('feedBitLen'),
    };
  }
}

function isExported(library: LibraryHandle, name: string): boolean {
  try {
    library.func(name, 'uint32_t', []);
    return true;
  } catch {
    return false;
  }
}

function nativeType(kind: ArgumentKind, abi: SkfAbi, cipherParam: TypeObject): string | TypeObject {
  switch (kind) {
    case 'bool':
      return 'int32_t';
    case 'ulong':
      return abi.ulong === 8 ? 'uint64_t' : 'uint32_t';
    case 'handle':
      return 'uintptr_t';
    case 'cipherParam':
      return cipherParam;
    default:
      return 'void *';
  }
}

function cipherParamType(abi: SkfAbi): TypeObject {
  const ulong = abi.ulong === 8 ? 'uint64_t' : 'uint32_t';
  const members = { iv: koffi.array('uint8_t', 32), ivLen: ulong, paddingType: ulong, feedBitLen: ulong };
  return abi.packed ? koffi.pack(members) : koffi.struct(members);
}
