/** The panel shows inside another program's page, which holds the token. */
export const isEmbedded =
  typeof window !== 'undefined' &&
  window.parent !== window &&
  new URLSearchParams(location.search).get('embedded') === '1';

/** No secret travels outwards, so any origin may hear it. */
export function tellHost(type: 'ready' | 'tokenExpired'): void {
  window.parent.postMessage({ source: 'switchboard-panel', type }, '*');
}

/** The first token and every later one, from the page around us and nobody else. */
export function onHostToken(receive: (token: string) => void): void {
  addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== window.parent) return;
    const token = tokenIn(event.data);
    if (token !== null) receive(token);
  });
}

function tokenIn(data: unknown): string | null {
  if (typeof data !== 'object' || data === null) return null;
  const { source, type, token } = data as Record<string, unknown>;
  const isToken = source === 'switchboard-embed' && type === 'token' && typeof token === 'string' && token !== '';
  return isToken ? token : null;
}
