/** Text in pieces: plain, or a web address that may become a link. Nothing else is ever markup. */
export function splitLinks(text: string): { text: string; href?: string }[] {
  const pieces: { text: string; href?: string }[] = [];
  let from = 0;
  for (const match of text.matchAll(/\bhttps?:\/\/[^\s<>"'`]+/gi)) {
    const address = trimEnd(match[0]);
    if (!URL.canParse(address)) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    pieces.push({ text: address, href: address });
    from = match.index + address.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** A sentence's own punctuation is no part of the address; a bracket is only where it was opened. */
function trimEnd(address: string): string {
  let end = address.length;
  for (;;) {
    const last = address[end - 1] ?? '';
    const bracketed =
      last === ')' && address.slice(0, end).split('(').length >= address.slice(0, end).split(')').length;
    if (!/[.,;:!?)\]}»”…]/.test(last) || bracketed) return address.slice(0, end);
    end--;
  }
}
