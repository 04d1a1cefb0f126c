import en from './languages/en.json' with { type: 'json' };

const names = Object.keys(en);

/** Texts that the build has stripped of their keys, as a language again. */
export function keys(texts: unknown[]): Record<string, unknown> {
  return Object.fromEntries(texts.map((text, i) => [names[i], text]));
}
