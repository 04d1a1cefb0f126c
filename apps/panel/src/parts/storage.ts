const prefix = 'switchboard.';

/** localStorage that is allowed to be missing: in private windows and foreign frames it throws. */
export function readStored(key: string): string | null {
  try {
    return localStorage.getItem(prefix + key);
  } catch {
    return null;
  }
}

export function writeStored(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(prefix + key);
    else localStorage.setItem(prefix + key, value);
  } catch {
    // Full or forbidden: what is on screen goes on, only a reload will not find it.
  }
}

/** Tells of changes that other tabs made. Answers with the way to stop. */
export function watchStored(key: string, onChange: (value: string | null) => void): () => void {
  const listen = (event: StorageEvent): void => {
    if (event.key === prefix + key || event.key === null) onChange(event.newValue);
  };
  addEventListener('storage', listen);
  return () => removeEventListener('storage', listen);
}
