import type { Plugin } from 'vite';

/**
 * Joins design tokens and widget styles to one small sheet. Constants (space, radius, type …) are written where they
 * are used, colours that nobody uses go, the rest gets short names. The widget sets data-theme itself, so the half of
 * the tokens that asks the system for its wish goes too.
 */
export function slimCss(css: string): string {
  let text = css.replace(/\/\*[\s\S]*?\*\//g, '');
  text = dropMedia(text, /@media \(prefers-color-scheme: dark\)\s*/);
  text = dropMedia(text, /@media \(prefers-reduced-motion: reduce\)\s*(?=\{\s*:root)/);
  text = text
    .replace(/:root,\s*:host(,\s*\[data-theme="light"\])?/g, ':host')
    .replace(/\[data-theme="dark"\],\s*(?=:host)/g, '');

  const declared = new Map<string, string[]>();
  for (const [, name = '', value = ''] of text.matchAll(/(--sb-[\w-]+):\s*([^;]+);/g)) {
    declared.set(name, [...(declared.get(name) ?? []), value]);
  }
  for (const [name, [value = '', ...others]] of [...declared].reverse()) {
    const constant = others.length === 0;
    if (constant || !text.includes(`var(${name})`)) text = text.replaceAll(new RegExp(`\\s*${name}:[^;]+;`, 'g'), '');
    if (constant) text = text.replaceAll(`var(${name})`, value);
  }
  let count = 0;
  for (const name of declared.keys()) {
    if (text.includes(`${name}:`))
      text = text.replaceAll(new RegExp(`${name}(?![\\w-])`, 'g'), `--${(count++).toString(36)}`);
  }
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>]) ?/g, '$1')
    .replace(/: (?=[^{}]*[;}])/g, ':')
    .replaceAll(';}', '}')
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
