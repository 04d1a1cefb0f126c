export interface Piece {
  /** Where in the text it begins. */
  start: number;
  text: string;
  href?: string;
}

const pattern = /\b(?:https?:\/\/|www\.)[^\s<>"']+/giu;
const trailing = /[.,:;!?…)\]}»”'"]+$/u;

/** Text → pieces; only http and https become links, and punctuation after an address stays outside it. */
export function linkedText(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const address = trimmed(match[0]);
    const url = parsed(/^https?:/i.test(address) ? address : `https://${address}`);
    if (url === null || url.username !== '' || url.password !== '') continue;
    if (match.index > end) pieces.push({ start: end, text: text.slice(end, match.index) });
    pieces.push({ start: match.index, text: address, href: url.href });
    end = match.index + address.length;
  }
  if (end < text.length) pieces.push({ start: end, text: text.slice(end) });
  return pieces;
}

function trimmed(address: string): string {
  let kept = address.replace(trailing, '');
  // "(see https://en.wikipedia.org/wiki/Fax_(machine))": a bracket that was opened inside belongs to it.
  while (address[kept.length] === ')' && count(kept, '(') > count(kept, ')')) kept += ')';
  return kept;
}

const count = (text: string, letter: string): number => text.split(letter).length - 1;

function parsed(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
