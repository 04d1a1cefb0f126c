/** What must outlive the page, under one prefix; in memory where the browser forbids storage or it is full. */
export function openKeep(prefix: string, storage: Storage | null = browserStorage()): Keep {
  const memory = new Map<string, string>();
  const attempt = <T>(act: (storage: Storage) => T): T | null => {
    try {
      return storage && act(storage);
    } catch {
      return null;
    }
  };
  return {
    get: (key) => memory.get(key) ?? attempt((s) => s.getItem(prefix + key)),
    set(key, value) {
      memory.delete(key);
      const stored = attempt((s) => {
        s.setItem(prefix + key, value);
        return true;
      });
      if (!stored) memory.set(key, value);
    },
    remove(key) {
      memory.delete(key);
      attempt((s) => s.removeItem(prefix + key));
    },
    keys() {
      const stored = attempt((s) => Object.keys(s).filter((key) => key.startsWith(prefix))) ?? [];
      return [...new Set([...stored.map((key) => key.slice(prefix.length)), ...memory.keys()])];
    },
    watch(heard, signal) {
      addEventListener('storage', ({ key }) => key?.startsWith(prefix) && heard(), { signal });
    },
  };
}

export interface Keep {
  get: (key: string) => string | null;
  set: (key: string, value: string) => void;
  remove: (key: string) => void;
  keys: () => string[];
  /** Hears of what other tabs change. */
  watch: (heard: () => void, signal: AbortSignal) => void;
}

function browserStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
