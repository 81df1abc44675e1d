// What becomes of the seal on the key when its certificate is renewed. A seal lists certificates byte for byte, so
// it has to be made again with every new certificate (GB/T 38540-2020 §6.3); who does that is told before anything
// is paid.

/** What the CA says of the seal that comes with its order. */
export interface SealOffer {
  readonly name: string;
  readonly maker: string;
  /** Data object it belongs into. */
  readonly object: string;
}

export interface SealPlan {
  /**
   * - `none`: no seal on the key, none from the CA.
   * - `thisOrder`: the CA makes it again, and the assistant writes it last.
   * - `elsewhere`: it has to be made again by its maker.
   * - `unrecognised`: there is data on the key that may be a seal; only the CA can tell.
   */
  readonly kind: 'none' | 'thisOrder' | 'elsewhere' | 'unrecognised';
  /** Of the seal. */
  readonly name: string | null;
  readonly maker: string | null;
  /** Data object that is written; null: none is. */
  readonly object: string | null;
  /** A seal in that object is replaced, after it was kept. */
  readonly replaces: boolean;
}

export interface SealFacts {
  readonly object: string;
  readonly name: string;
  readonly maker: string | null;
  /** The old certificate is in its list. */
  readonly listsOld: boolean;
  /** Alone in an object whose form we can write. */
  readonly isWritable: boolean;
}

export interface KeySeals {
  readonly seals: readonly SealFacts[];
  /** Other objects with something in them. */
  readonly others: readonly string[];
}

export function planSeal({ seals, others }: KeySeals, offer: SealOffer | null): SealPlan {
  const affected = seals.filter(({ listsOld }) => listsOld);
  const [seal = seals[0]] = affected;
  if (seal !== undefined) {
    const { name, maker, object, isWritable } = seal;
    const isOurs = offer?.name === name && isWritable && affected.length === 1;
    return isOurs
      ? { kind: 'thisOrder', name, maker: offer.maker, object, replaces: true }
      : { kind: 'elsewhere', name, maker, object: null, replaces: false };
  }
  const told = { name: offer?.name ?? null, maker: offer?.maker ?? null, replaces: false };
  if (others.length > 0) return { kind: 'unrecognised', ...told, object: null };
  return { kind: offer === null ? 'none' : 'thisOrder', ...told, object: offer?.object ?? null };
}
