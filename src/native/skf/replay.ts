// Plays a record of trace.ts back as a library, so that what happened at somebody's computer can be a test.
// Calls must come in the recorded order; the first that differs is an error that names both.

import { USUAL_ABI, type SkfAbi } from './abi.ts';
import { slotNumber } from './calls.ts';
import { SKF_FUNCTIONS, type Argument, type ArgumentKind, type SkfFunction } from './functions.ts';
import type { SkfLibrary } from './library.ts';
import { TRACE_VERSION, type TracedCall, type TracedValue, type TraceHeader } from './trace.ts';

export interface ReplayedLibrary extends SkfLibrary {
  /** Recorded calls that were not made yet. */
  remaining(): number;
}

export interface SkfRecord {
  readonly header: TraceHeader;
  readonly calls: readonly TracedCall[];
  /** The call that never came back; null where all did. */
  readonly unanswered: string | null;
}

/** One process's part of a trace file. Throws where the text is no record. */
export function parseRecord(text: string): SkfRecord {
  const [first = '', ...lines] = text.split('\n').filter((line) => line !== '');
  const header = JSON.parse(first) as TraceHeader;
  if (header.skf !== TRACE_VERSION) throw new Error(`record of version ${String(header.skf)}`);
  const unanswered = lines.findIndex((line) => !line.endsWith('}'));
  const complete = unanswered < 0 ? lines : lines.slice(0, unanswered);
  return {
    header,
    calls: complete.map((line) => JSON.parse(line) as TracedCall),
    unanswered: /"call":"(\w+)"/.exec(lines[unanswered] ?? '')?.[1] ?? null,
  };
}

export function replaySkfLibrary({ header, calls }: SkfRecord): ReplayedLibrary {
  let next = 0;
  let abi: SkfAbi = USUAL_ABI;
  return {
    get abi() {
      return abi;
    },
    adopt: (found) => {
      abi = found;
    },
    has: (name) => header.functions.includes(name),
    remaining: () => calls.length - next,
    call(name, ...args) {
      const recorded = calls[next];
      if (recorded?.call !== name) {
        throw new Error(`call ${String(next + 1)}: recorded ${recorded?.call ?? 'nothing'}, made ${name}`);
      }
      next += 1;
      const kinds: readonly ArgumentKind[] = SKF_FUNCTIONS[name];
      const values: readonly Argument[] = args;
      for (const [index, value] of values.entries()) {
        expectSame(name, kinds[index], value, recorded.in[index] ?? null);
      }
      for (const [index, value] of values.entries()) fill(kinds[index], value, recorded.out[index] ?? null);
      return recorded.rv;
    },
  };
}

/** Secrets and buffers are not compared; a PIN is always the right one. */
function expectSame(
  call: SkfFunction,
  kind: ArgumentKind | undefined,
  value: Argument,
  recorded: TracedValue,
): void {
  const made = comparable(kind, value);
  if (made !== undefined && made !== recorded) {
    throw new Error(`${call} with ${String(made)}, recorded with ${JSON.stringify(recorded)}`);
  }
}

function comparable(kind: ArgumentKind | undefined, value: Argument): number | string | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return `h${value.toString()}`;
  if (value === null) return undefined;
  switch (kind) {
    case 'deviceName':
    case 'applicationName':
    case 'containerName':
    case 'fileName':
      return Buffer.from(value.subarray(0, value.indexOf(0))).toString('latin1');
    case 'plainIn':
    case 'cipherParam':
      return Buffer.from(value).toString('hex');
    default:
      return undefined;
  }
}

function fill(kind: ArgumentKind | undefined, target: Argument, recorded: TracedValue): void {
  if (!(target instanceof Uint8Array) || recorded === null) return;
  switch (kind) {
    case 'number':
      setNumber(target, Number(recorded));
      return;
    case 'newHandle':
      setNumber(target, Number(textOf(recorded).slice(1)));
      return;
    case 'deviceNames':
    case 'applicationNames':
    case 'containerNames':
    case 'fileNames':
      setBytes(target, Buffer.from(textOf(recorded), 'latin1'));
      return;
    case 'plainOut':
    case 'deviceInfo':
    case 'fileInfo':
      setBytes(target, Buffer.from(textOf(recorded), 'hex'));
      return;
    case 'secretOut':
      // What it was is not known; its hash repeated stands in, so that equal secrets stay equal.
      if (typeof recorded === 'object') {
        setBytes(target, Buffer.alloc(recorded.length, Buffer.from(recorded.hash, 'hex')));
      }
      return;
    default:
  }
}

function setNumber(slot: Uint8Array, value: number): void {
  const view = new DataView(slot.buffer, slot.byteOffset, slot.byteLength);
  view.setUint32(0, value, true);
  if (slotNumber(slot) !== value) throw new Error(`recorded number ${String(value)}`);
}

function setBytes(target: Uint8Array, bytes: Uint8Array): void {
  target.set(bytes.subarray(0, target.length));
}

function textOf(recorded: TracedValue): string {
  return typeof recorded === 'string' ? recorded : '';
}
