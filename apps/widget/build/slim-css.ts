import type { Plugin } from 'vite';

/**
 * Joins design tokens and widget styles to one small sheet. Constants (space, radius, type …) are written where they
 * are used, colours that nobody uses go, the rest gets short names.
 */
export function slimCss(css: string): string {
  let text = css.replace(/\/\*[\s\S]*?\*\//g, '');
  text = dropMedia(text, /@media \(prefers-reduced-motion: reduce\)\s*(?=\{\s*:root)/);
  text = text
    .replace(/:root,\s*:host(,\s*\[data-theme="light"\])?/g, ':host')
    .replace(/\[data-theme="dark"\],\s*(?=:host)/g, '');

  const declared = new Map<string, string[]>();
  for (const [, name = '', value = ''] of text.matchAll(/(--sb-[\w-]+):\s*([^;]+);/g)) {
    declared.set(name, [...(declared.get(name) ?? []), value]);
  }
  const drop = (name: string) => {
    text = text.replace(new RegExp(`\\s*${name}:[^;]+;`, 'g'), '');
  };
  // From the last to the first: what is written in place may name what was declared before.
  for (const [name, [value = '', ...others]] of [...declared].reverse()) {
    const isConstant = others.every((other) => other === value);
    if (isConstant || !text.includes(`var(${name})`)) drop(name);
    if (isConstant) text = text.replaceAll(`var(${name})`, value);
  }
  const shortNames = new Map<string, string>();
  for (const [name, values] of declared) {
    if (!text.includes(`${name}:`)) continue;
    const same = shortNames.get(values.join());
    const short = same ?? `--${shortNames.size.toString(36)}`;
    if (same) drop(name);
    shortNames.set(values.join(), short);
    text = text.replace(new RegExp(`${name}(?![\\w-])`, 'g'), short);
  }
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>/]) ?/g, '$1')
    .replace(/(?<=\() | (?=\))/g, '')
    .replace(/: (?=[^{}]*[;})])/g, ':')
    .replace(/\b0(\.\d)/g, '$1')
    .replace(/#(\w)\1(\w)\2(\w)\3\b/g, '#$1$2$3')
    .replace(/="(\w+)"/g, '=$1')
    .replaceAll(';}', '}')
    .replaceAll(/[^{}]+\{\}/g, '')
    .trim();
}

function dropMedia(css: string, head: RegExp): string {
  const match = head.exec(css);
  if (!match) return css;
  let end = css.indexOf('{', match.index) + 1;
  for (let depth = 1; depth > 0; end++) depth += css[end] === '{' ? 1 : css[end] === '}' ? -1 : 0;
  return css.slice(0, match.index) + css.slice(end);
}

/** `import css from 'virtual:widget-styles'`. */
export function slimCssPlugin(read: () => Promise<string>): Plugin {
  return {
    name: 'slim-css',
    resolveId: (id) => (id === 'virtual:widget-styles' ? `\0${id}` : null),
    load: async (id) =>
      id === '\0virtual:widget-styles' ? `export default ${JSON.stringify(slimCss(await read()))}` : null,
  };
}
