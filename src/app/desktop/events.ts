import type { ApplicationEvent } from '../../contract/events.ts';

export interface EventSource {
  emit(event: ApplicationEvent): void;
  /** @returns stops listening */
  onEvent(listener: (event: ApplicationEvent) => void): () => void;
}

export function createEventSource(): EventSource {
  const listeners = new Set<(event: ApplicationEvent) => void>();
  return {
    emit(event) {
      for (const listener of listeners) listener(event);
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
