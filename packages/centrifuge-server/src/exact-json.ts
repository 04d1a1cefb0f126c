/** What JavaScript has, and TypeScript's library does not know yet. */
interface SourceText {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): object;
}

const { parse, rawJSON } = JSON as unknown as SourceText;
const LONG_NUMBER = /\d[\d.]{15}/;

/**
 * `JSON.parse`, but numbers of more digits than a double holds stay as they were written: as objects that
 * `JSON.stringify` writes back digit for digit.
 */
export function parseExact(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return parse(text, (_key, value, { source = '' }) =>
    typeof value === 'number' && LONG_NUMBER.test(source) && String(value) !== source ? rawJSON(source) : value,
  );
}
