import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** Every declaration of the block that begins with this selector. */
function block(selector: string): Record<string, string> {
  const start = css.indexOf(selector);
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start));
  return Object.fromEntries([...body.matchAll(/--sb-([\w-]+):\s*([^;]+);/g)].map((m) => [m[1], m[2]]));
}

const light = block(':root,\n:host,\n[data-theme="light"]');
const dark = block('[data-theme="dark"],\n:host(');

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const grounds = ['canvas', 'surface', 'raised', 'sunken', 'hover', 'selected'];
const words: [string, string[]][] = [
  ['text', grounds],
  ['text-muted', grounds],
  ['text-subtle', grounds],
  ['accent-text', [...grounds, 'accent-soft']],
  ['success', ['canvas', 'surface', 'success-soft']],
  ['warning', ['canvas', 'surface', 'warning-soft']],
  ['danger', ['canvas', 'surface', 'danger-soft']],
  ['on-accent', ['accent', 'accent-hover', 'accent-active']],
  ['on-solid', ['success-solid', 'danger-solid']],
  ['on-warning', ['warning-solid']],
  ['on-hue', [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `hue-${n}`)],
  ...['own', 'other', 'bot', 'note'].map((who): [string, string[]] => [`on-bubble-${who}`, [`bubble-${who}`]]),
];
const marks: [string, string[]][] = [
  ['border-strong', ['canvas', 'surface', 'raised']],
  ['focus', grounds],
  ['online', ['surface']],
  ['paused', ['surface']],
  ['offline', ['surface']],
];

describe('tokens', () => {
  it('gives every light colour a dark one', () => {
    expect(Object.keys(dark)).toEqual(Object.keys(light));
  });

  for (const [theme, values] of [
    ['light', light],
    ['dark', dark],
  ] as const) {
    it.each([...words.map((w) => [...w, 4.5] as const), ...marks.map((m) => [...m, 3] as const)])(
      `${theme}: %s can be seen on %s (%s:1)`,
      (front, backs, least) => {
        for (const back of backs) {
          const [a, b] = [values[`color-${front}`] as string, values[`color-${back}`] as string];
          expect(contrast(a, b), `${front} on ${back}`).toBeGreaterThanOrEqual(least);
        }
      },
    );
  }
});
