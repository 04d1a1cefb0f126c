import type { LiveEvent } from '@switchboard/protocol';

const listeners = new Set<(event: LiveEvent) => void>();

/** Events as they come live (not those of a load): for what should draw attention, not for state. */
export function onHeard(listener: (event: LiveEvent) => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function tellHeard(event: LiveEvent): void {
  for (const listener of listeners) listener(event);
}
