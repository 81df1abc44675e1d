// Records what is said between the assistant and a library that we do not have: `--trace FILE`. One JSON line per
// call. The first half of a line is written before the call, so that a record ends with the call that crashed.

import type { SkfAbi } from './abi.ts';
import { slotHandle, slotNumber } from './calls.ts';
import { SKF_FUNCTIONS, type Argument, type ArgumentKind, type SkfFunction } from './functions.ts';
import type { SkfLibrary } from './library.ts';
import { createRedaction, type Redaction, type SecretTrace } from './redaction.ts';
import { SAR } from './sar.ts';

export const TRACE_VERSION = 1;

export interface TraceHeader {
  /** TRACE_VERSION of the writer. */
  readonly skf: number;
  readonly platform: string;
  readonly arch: string;
  /** Functions the library exports. */
  readonly functions: readonly SkfFunction[];
}

/** By the kind of the argument: a number, `h1` for a handle, text of names, hex of plain bytes, or a secret. */
export type TracedValue = number | string | null | SecretTrace;

export interface TracedCall {
  readonly call: SkfFunction;
  readonly in: readonly TracedValue[];
  readonly rv: number;
  /** What came back, by argument; null for those that only go in, and for bytes of a call that failed. */
  readonly out: readonly TracedValue[];
}

/** `write` appends to the record at once. Answers a library that does the same as `library`. */
export function recordSkfLibrary(
  library: SkfLibrary,
  place: { readonly platform: string; readonly arch: string },
  write: (text: string) => void,
): SkfLibrary {
  const redaction = createRedaction();
  const handles = new Map<bigint, string>();
  const all = Object.keys(SKF_FUNCTIONS) as SkfFunction[];
  const header: TraceHeader = {
    skf: TRACE_VERSION,
    ...place,
    functions: all.filter((name) => library.has(name)),
  };
  write(`${JSON.stringify(header)}\n`);

  return {
    get abi(): SkfAbi {
      return library.abi;
    },
    adopt: (abi) => library.adopt(abi),
    has: (name) => library.has(name),
    call(name, ...args) {
      const kinds: readonly ArgumentKind[] = SKF_FUNCTIONS[name];
      const values: readonly Argument[] = args;
      const before = values.map((value, index) => traceIn(kinds[index], value, redaction, handles));
      write(`{"call":"${name}","in":${JSON.stringify(before)}`);
      const rv = library.call(name, ...args);
      const length = lengthOut(kinds, values);
      const after = values.map((value, index) =>
        traceOut(kinds[index], value, rv, length, redaction, handles),
      );
      write(`,"rv":${String(rv)},"out":${JSON.stringify(after)}}\n`);
      return rv;
    },
  };
}

/** Names travel without their NUL. */
const NAME_KINDS = { deviceName: 'device', containerName: 'container', fileName: 'file' } as const;
const LIST_KINDS = { deviceNames: 'device', containerNames: 'container', fileNames: 'file' } as const;

function traceIn(
  kind: ArgumentKind | undefined,
  value: Argument | undefined,
  redaction: Redaction,
  handles: ReadonlyMap<bigint, string>,
): TracedValue {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return handles.get(value) ?? 'unknown';
  if (value === null || value === undefined) return null;
  switch (kind) {
    case 'deviceName':
    case 'containerName':
    case 'fileName':
      return textOf(redaction.name(NAME_KINDS[kind], value.subarray(0, value.indexOf(0))));
    case 'applicationName':
      return textOf(value.subarray(0, value.indexOf(0)));
    case 'plainIn':
    case 'cipherParam':
      return hexOf(value);
    case 'secretIn':
      return redaction.secret(value);
    case 'number':
      return slotNumber(value);
    case 'pin':
      return 'pin';
    default:
      return 'buffer';
  }
}

function traceOut(
  kind: ArgumentKind | undefined,
  value: Argument | undefined,
  rv: number,
  length: number | null,
  redaction: Redaction,
  handles: Map<bigint, string>,
): TracedValue {
  if (!(value instanceof Uint8Array)) return null;
  if (kind === 'number') return slotNumber(value);
  if (rv !== SAR.OK) return null;
  // Fixed structures have no length beside them: what follows their last used byte is ours.
  const filled = length === null ? withoutTrailingZeros(value) : value.subarray(0, length);
  switch (kind) {
    case 'newHandle':
      return handleName(slotHandle(value), handles);
    case 'deviceNames':
    case 'containerNames':
    case 'fileNames':
      return textOf(redaction.names(LIST_KINDS[kind], filled));
    case 'applicationNames':
      return textOf(filled);
    case 'plainOut':
      return hexOf(filled);
    case 'secretOut':
      return redaction.secret(filled);
    case 'deviceInfo':
      return hexOf(redaction.deviceInfo(filled));
    case 'fileInfo':
      return hexOf(redaction.fileInfo(filled));
    default:
      return null;
  }
}

/** A length stands in the last argument; handles and sizes of other calls are no lengths of a buffer. */
function lengthOut(kinds: readonly ArgumentKind[], values: readonly Argument[]): number | null {
  const last = values.at(-1);
  const isLength = kinds.at(-1) === 'number' && kinds.at(-2) !== 'number' && last instanceof Uint8Array;
  return isLength ? slotNumber(last) : null;
}

/** A handle that comes back after it was closed keeps its name: only its value matters. */
function handleName(handle: bigint, handles: Map<bigint, string>): string {
  const known = handles.get(handle) ?? `h${String(handles.size + 1)}`;
  handles.set(handle, known);
  return known;
}

function withoutTrailingZeros(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
