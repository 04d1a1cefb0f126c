import { useSyncExternalStore } from 'react';

export interface Route {
  path: string;
  parts: readonly string[];
}

/** `#/sessions/1` → path `/sessions/1`. */
export function parseRoute(hash: string): Route {
  const path = hash.replace(/^#/, '').split('?')[0] ?? '';
  const parts = path.split('/').filter((part) => part !== '');
  return { path: `/${parts.join('/')}`, parts: parts.map(decode) };
}

export function go(path: string, how: 'push' | 'replace' = 'push'): void {
  const url = `${location.pathname}${location.search}#${path}`;
  if (how === 'push') history.pushState(null, '', url);
  else history.replaceState(null, '', url);
  for (const listener of listeners) listener();
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(listen, () => location.hash));
}

const listeners = new Set<() => void>();
function listen(onChange: () => void): () => void {
  listeners.add(onChange);
  addEventListener('hashchange', onChange);
  addEventListener('popstate', onChange);
  return () => {
    listeners.delete(onChange);
    removeEventListener('hashchange', onChange);
    removeEventListener('popstate', onChange);
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
