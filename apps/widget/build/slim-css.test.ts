import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { slimCss } from './slim-css.ts';

const tokens = readFileSync(new URL('../../../packages/ui/src/tokens.css', import.meta.url), 'utf8');
const widget = readFileSync(new URL('../src/widget.css', import.meta.url), 'utf8');

it('writes constants in place, drops what nobody uses, keeps light and dark', () => {
  const css = `
    :root, :host, [data-theme="light"] { --sb-color-a: red; --sb-color-unused: pink; }
    :root, :host { --sb-space-1: 4px; --sb-ring: 2px solid var(--sb-color-a); }
    [data-theme="dark"], :host([data-theme="dark"]) { --sb-color-a: maroon; --sb-color-unused: grey; }
    p { margin: var(--sb-space-1); outline: var(--sb-ring); }`;
  expect(slimCss(css)).toBe(
    ':host{--0:red}:host([data-theme=dark]){--0:maroon}p{margin:4px;outline:2px solid var(--0)}',
  );
});

it('leaves no token of the widget without a value', () => {
  const css = slimCss(tokens + widget);
  const own = /^--(set-|main|own|other|on-|top|height)/;
  for (const [, name = ''] of css.matchAll(/var\((--[\w-]+)/g)) {
    if (!own.test(name)) expect(css, name).toContain(`${name}:`);
  }
  expect(css).not.toContain('--sb-');
});
