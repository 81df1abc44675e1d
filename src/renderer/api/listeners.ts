export interface Listeners<T> {
  tell(value: T): void;
  /** @returns stops listening */
  add(listener: (value: T) => void): () => void;
}

export function createListeners<T>(): Listeners<T> {
  const all = new Set<(value: T) => void>();
  return {
    tell: (value) => all.forEach((listener) => listener(value)),
    add(listener) {
      all.add(listener);
      return () => void all.delete(listener);
    },
  };
}
