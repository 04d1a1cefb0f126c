/** The text in the client's language, in that language as others speak it, or for everybody. */
export function textIn(texts: Record<string, string>, language: string | null): string | null {
  const byLanguage = new Map(Object.entries(texts).map(([name, text]) => [name.toLowerCase(), text]));
  const asked = language?.toLowerCase() ?? '';
  return byLanguage.get(asked) ?? byLanguage.get(asked.split(/[-_]/)[0] ?? '') ?? byLanguage.get('default') ?? null;
}
