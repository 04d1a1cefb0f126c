import { limits } from '@switchboard/protocol';

/** The same to a person: letters in any case, spaces around. */
export const sameWords = (one: string, other: string): boolean => folded(one) === folded(other);

/** Whether one of the words or phrases stands in the text as whole words, in any language. */
export function hasOneOf(text: string, words: readonly string[]): boolean {
  const within = wordsOf(text);
  return words.some((word) => {
    const wanted = wordsOf(word);
    // A sign alone (an emoji, a question mark) has no words to be whole.
    if (wanted.length === 0) return word.trim() !== '' && folded(text).includes(folded(word));
    return within.some((_, start) => wanted.every((one, index) => within[start + index] === one));
  });
}

/** The client's answer as their card keeps it; null: it is none. */
export function answerTo(ask: 'name' | 'phone' | 'email', text: string): string | null {
  const answer = text.normalize('NFKC').replace(/\s+/gu, ' ').trim();
  if (ask === 'name') return isName(answer) ? answer : null;
  if (ask === 'email') return emailForm.test(answer) && answer.length <= emailCharacters ? answer.toLowerCase() : null;
  const digits = answer.replace(/[ ().\-‐‑–/]/gu, '');
  return phoneForm.test(digits) ? digits : null;
}

const isName = (text: string): boolean =>
  /\p{L}/u.test(text) && !/\p{Cc}/u.test(text) && [...text].length <= limits.nameCharacters;
// At most as many digits as E.164 knows, at least as many as a town's own number has.
const phoneForm = /^\+?\d{6,15}$/;
const emailForm = /^[^\s@<>()",;:]+@[^\s@<>()",;:.]+(\.[^\s@<>()",;:.]+)+$/u;
const emailCharacters = 200;

// By way of capitals ß meets SS, and both of the Greek sigmas each other.
const folded = (text: string): string => text.normalize('NFKC').toUpperCase().toLowerCase().trim();

/** Languages without spaces have words too. */
const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
const wordsOf = (text: string): string[] =>
  [...segmenter.segment(folded(text))].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
