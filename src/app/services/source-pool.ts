// Which drivers and key files there are. Found ones may come later, with an installation or a copied file; once
// opened they are kept, so that one that comes back is the same source.

import type { TokenSource } from './token-look.ts';

/** A driver library or a key file. */
export interface DriverFile {
  readonly kind: 'pkcs11' | 'skf' | 'software';
  /** Absolute path. */
  readonly module: string;
  /** SKF: absolute path of a file that gets every call, redacted. */
  readonly trace?: string;
}

export interface SourcePool<Source extends TokenSource> {
  /** In the order of preference for a key that several of them show. */
  current(): readonly Source[];
  /** Looks for what was installed, copied or deleted since. */
  refresh(): void;
  /** Every source that was ever current. */
  opened(): readonly Source[];
}

export interface SourcePoolDeps<Source extends TokenSource> {
  /** What the person named; they come first. */
  readonly named: readonly DriverFile[];
  /** Key files that count as plugged in. */
  readonly keyFiles: () => readonly string[];
  /** Drivers on this computer. */
  readonly installed: () => readonly DriverFile[];
  /** The same for all names of a file. */
  readonly realPath: (path: string) => string;
  readonly open: (file: DriverFile, isExplicit: boolean) => Source;
}

export function createSourcePool<Source extends TokenSource>(
  deps: SourcePoolDeps<Source>,
): SourcePool<Source> {
  const opened = new Map<string, Source>();
  let current: readonly Source[] = [];

  function refresh(): void {
    const explicit = [
      ...deps.named,
      ...deps.keyFiles().map((module) => ({ kind: 'software', module }) as const),
    ];
    const files = new Map<string, () => Source>();
    const add = (file: DriverFile, isExplicit: boolean): void => {
      // One library may be a driver of two kinds.
      const key = `${file.kind} ${deps.realPath(file.module)}`;
      if (!files.has(key)) files.set(key, () => opened.get(key) ?? open(key, file, isExplicit));
    };
    for (const file of explicit) add(file, true);
    for (const file of deps.installed()) add(file, false);
    current = [...files.values()].map((source) => source());
  }

  function open(key: string, file: DriverFile, isExplicit: boolean): Source {
    const source = deps.open(file, isExplicit);
    opened.set(key, source);
    return source;
  }

  refresh();
  return { current: () => current, refresh, opened: () => [...opened.values()] };
}
