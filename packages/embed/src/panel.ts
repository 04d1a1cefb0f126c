import { type Place, placeFrame } from './place.ts';
import { readClaims } from './token.ts';

/** One panel in the page. */
export interface Panel {
  /** Gives it the token of this tag; the same token of the same tag twice does nothing. */
  give: (token: string, tag: Element) => void;
  remove: () => void;
}

/**
 * An operator panel for one script tag. The token goes to the frame by `postMessage`, to the server's origin only and
 * only after the frame itself has said from that origin that it is ready.
 *
 * An expired token raises a window `error` event whose message contains `token expired`: at once when the token says
 * so itself, later when the panel finds out.
 *
 * @param id - id of the script tag
 * @param origin - origin of the server, for example `https://chat.example.com`
 */
export function createPanel(id: string, origin: string): Panel {
  let place: Place | null = null;
  let token: string | null = null;
  let ready = false;
  let lastTag: Element | null = null;

  const tell = () =>
    place?.frame.contentWindow?.postMessage({ source: 'switchboard-embed', type: 'token', token }, origin);

  const onMessage = ({ source, origin: from, data }: MessageEvent<unknown>) => {
    if (!place || source !== place.frame.contentWindow || from !== origin || !isFromPanel(data)) return;
    if (data.type === 'ready') {
      ready = true;
      tell();
    }
    if (data.type === 'tokenExpired') raiseExpired(id);
  };
  addEventListener('message', onMessage);

  function takeAway() {
    place?.remove();
    place = null;
    ready = false;
  }

  return {
    give(next, tag) {
      if (next === token && tag === lastTag) return;
      lastTag = tag;
      const claims = readClaims(next);
      // Another person's panel must not keep anything of the first one's.
      if (token && readClaims(token).operatorId !== claims.operatorId) takeAway();
      token = next;
      if (claims.expiresAt !== null && claims.expiresAt <= Date.now()) {
        raiseExpired(id);
        return;
      }
      place ??= placeFrame(id, `${origin}/panel/?embedded=1`);
      if (ready) tell();
    },
    remove() {
      removeEventListener('message', onMessage);
      takeAway();
    },
  };
}

function isFromPanel(data: unknown): data is { type: unknown } {
  return (
    typeof data === 'object' &&
    data !== null &&
    'source' in data &&
    data.source === 'switchboard-panel' &&
    'type' in data
  );
}

function raiseExpired(id: string) {
  const error = new Error(`Operator chat panel (${id}): token expired`);
  dispatchEvent(new ErrorEvent('error', { message: error.message, error }));
}
