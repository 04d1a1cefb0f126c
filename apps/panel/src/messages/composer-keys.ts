interface KeyPress {
  key: string;
  keyCode: number;
  shiftKey: boolean;
  altKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
}

/** Enter sends; Shift+Enter breaks the line; while an input method composes, Enter belongs to it (229: Safari's way to say so). */
export function sendsMessage(press: KeyPress): boolean {
  if (press.key !== 'Enter' || press.shiftKey || press.altKey) return false;
  return !press.isComposing && press.keyCode !== 229;
}

const typingPauseMs = 2000;

/** Whether typing should be told now; never for an emptied field. */
export function tellsTyping(text: string, nowMs: number, lastToldMs: number): boolean {
  return text.trim() !== '' && nowMs - lastToldMs >= typingPauseMs;
}
