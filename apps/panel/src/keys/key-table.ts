/** Every key of the panel. `code` is the place on the keyboard, so that it is the same under a Cyrillic or Hebrew layout. */
export const keyTable = {
  next: { shown: ['J', '↓'], codes: ['KeyJ', 'ArrowDown'] },
  previous: { shown: ['K', '↑'], codes: ['KeyK', 'ArrowUp'] },
  mine: { shown: ['1'], codes: ['Digit1'] },
  help: { shown: ['2'], codes: ['Digit2'] },
  closed: { shown: ['3'], codes: ['Digit3'] },
  take: { shown: ['T'], codes: ['KeyT'] },
  answer: { shown: ['R'], codes: ['KeyR'] },
  finish: { shown: ['E'], codes: ['KeyE'] },
  client: { shown: ['I'], codes: ['KeyI'] },
  presence: { shown: ['P'], codes: ['KeyP'] },
  keys: { shown: ['?'], codes: [] },
} as const;
export type KeyName = keyof typeof keyTable;

interface KeyPress {
  code: string;
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  isComposing: boolean;
}

/** Which key this is, if any. While somebody writes, only Alt with an arrow moves on. */
export function keyOf(press: KeyPress, isWriting: boolean): KeyName | null {
  if (press.isComposing || press.ctrlKey || press.metaKey) return null;
  if (isWriting || press.altKey) {
    if (!press.altKey) return null;
    return press.code === 'ArrowDown' ? 'next' : press.code === 'ArrowUp' ? 'previous' : null;
  }
  if (press.key === '?') return 'keys';
  const names = Object.keys(keyTable) as KeyName[];
  return names.find((name) => (keyTable[name].codes as readonly string[]).includes(press.code)) ?? null;
}

/** A key belongs to a field, a menu or a dialog while the focus is there. */
export function isWritingIn(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

export const isInPopup = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('[role="dialog"], [role="menu"]') !== null;
