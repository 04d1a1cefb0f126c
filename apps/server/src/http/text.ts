import { type FieldError, invalid } from '../errors.ts';

interface Place {
  value: unknown;
  /** The object or array it is in; null for the whole. */
  within: Place | null;
  key: string;
  depth: number;
}

const deepest = 50;
const valuesMost = 200_000;

/**
 * What arrives is text that both engines store and give back equal: U+0000 is refused, half a surrogate pair becomes
 * U+FFFD here and not somewhere on the way. Changes strings in place. Throws what later steps must not walk through.
 */
export function checkText(whole: unknown): FieldError[] {
  const bad: FieldError[] = [];
  const waiting: Place[] = [{ value: whole, within: null, key: '', depth: 0 }];
  let seen = 0;
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    const { value, depth } = place;
    if (++seen > valuesMost) throw invalid([{ path: '/', message: `has more than ${valuesMost} values` }]);
    if (typeof value === 'string') {
      if (value.includes('\0')) bad.push({ path: pathOf(place), message: 'must not contain the character U+0000' });
      else if (!value.isWellFormed()) replace(place, value.toWellFormed());
    } else if (typeof value === 'object' && value !== null) {
      if (depth === deepest) throw invalid([{ path: '/', message: `is nested more than ${deepest} deep` }]);
      for (const [key, inner] of Object.entries(value)) {
        waiting.push({ value: inner, within: place, key, depth: depth + 1 });
      }
    }
  }
  return bad.reverse();
}

function pathOf({ within, key }: Place): string {
  return within ? `${pathOf(within)}/${key}` : '';
}

function replace({ within, key }: Place, text: string): void {
  if (within) Reflect.set(within.value as object, key, text);
}
