export interface Settings {
  /** Origin of the server, as in `https://chat.example.com`. */
  host: string;
  guid: string;
  lang: string | null;
  side: 'left' | 'right' | null;
  theme: 'light' | 'dark' | null;
  userJWT: string | null;
  /** By attribute name, e.g. `main-color`. */
  colours: Record<string, string>;
}

/** The attributes of the script tag (contract §5); null without a guid. */
export function readSettings(tag: HTMLScriptElement, host: string): Settings | null {
  const guid = tag.getAttribute('guid')?.trim().toLowerCase();
  if (!guid) return null;
  const side = tag.getAttribute('side');
  const theme = tag.getAttribute('theme');
  const colours: Record<string, string> = {};
  for (const name of colourNames.flatMap((name) => [name, darkName(name)])) {
    const value = tag.getAttribute(name) ?? tag.getAttribute(name.replace('operator-', 'operatoe-'));
    if (value) colours[name] = value;
  }
  return {
    host,
    guid,
    lang: tag.getAttribute('lang'),
    side: side === 'left' || side === 'right' ? side : null,
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    userJWT: tag.getAttribute('userJWT'),
    colours,
  };
}

/** Each has a twin with -dark-color. */
export const colourNames = ['main-color', 'icon-color', 'operator-message-color', 'operator-message-text-color'];

/** Whose things are kept: one signed-in person must not find another's on the same browser. Not a proof of anything. */
export function keepPrefix({ guid, userJWT }: Settings): string {
  let who = userJWT ?? '';
  try {
    const payload: { sub?: unknown } = JSON.parse(
      atob((who.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')),
    );
    who = `${payload.sub ?? who}`;
  } catch {
    // Not a JWT: the whole text is the name.
  }
  return `switchboard:${guid}:${encodeURIComponent(who)}:`;
}

export function darkName(name: string): string {
  return name.replace('-color', '-dark-color');
}
