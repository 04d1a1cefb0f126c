/** Deeper payloads no client in any language needs to be able to read. */
const MAX_DEPTH = 1_000;

/**
 * The text of an object's member exactly as it was written, so that no digit of a number is lost; null without one. Of
 * two with the same name the last counts, as for `JSON.parse`, which must have taken the text before.
 * @throws SyntaxError for a member nested more than a thousand levels deep.
 */
export function rawMember(object: string, name: string): string | null {
  let found: string | null = null;
  let at = skipSpace(object, object.indexOf('{') + 1);
  while (object[at] === '"') {
    const keyEnd = endOfString(object, at);
    const start = skipSpace(object, object.indexOf(':', keyEnd) + 1);
    const end = endOfValue(object, start);
    if (isNamed(object.slice(at, keyEnd), name)) found = object.slice(start, end);
    at = skipSpace(object, end);
    if (object[at] === ',') at = skipSpace(object, at + 1);
  }
  return found;
}

/** @throws SyntaxError for JSON text nested more than a thousand levels deep. */
export function assertDepth(json: string): void {
  if (json.length > MAX_DEPTH) endOfValue(json, skipSpace(json, 0));
}

function isNamed(key: string, name: string): boolean {
  return key.includes('\\') ? JSON.parse(key) === name : key === `"${name}"`;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** `at` is the opening quote; the answer lies behind the closing one. */
function endOfString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let slashes = 0;
  while (text[quote - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}

function endOfValue(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return endOfString(text, from);
  if (first !== '{' && first !== '[') return endOfScalar(text, from);
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at) - 1;
    else if (character === '{' || character === '[') depth++;
    else if (character === '}' || character === ']') depth--;
    if (depth > MAX_DEPTH) throw new SyntaxError('too deep');
    if (depth === 0) return at + 1;
  }
  return text.length;
}

function endOfScalar(text: string, from: number): number {
  let at = from;
  while (at < text.length && !',}]'.includes(text[at] ?? '') && text.charCodeAt(at) > 0x20) at++;
  return at;
}
