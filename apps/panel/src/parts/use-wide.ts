import { useSyncExternalStore } from 'react';

/** The same bound as `--breakpoint-wide`: room for the client beside the conversation. */
const query = typeof matchMedia === 'undefined' ? null : matchMedia('(min-width: 75rem)');

export function useWide(): boolean {
  return useSyncExternalStore(
    (onChange) => {
      query?.addEventListener('change', onChange);
      return () => query?.removeEventListener('change', onChange);
    },
    () => query?.matches ?? true,
  );
}
