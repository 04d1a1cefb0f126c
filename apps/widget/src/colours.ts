import { colourNames, type Settings } from './settings.ts';

/** Hands the page's colours to the style sheet, with words on them that can be read. */
export function paint(host: HTMLElement, settings: Settings, channel: Record<string, string>): void {
  for (const name of colourNames) {
    const value = settings.colours[name] ?? channel[name] ?? channel[name.replace(/-(\w)/g, (_, c) => c.toUpperCase())];
    const valid = value && CSS.supports('color', value);
    put(host, name, valid ? value : '');
    if (/^(main|operator-message)-(dark-)?color$/.test(name))
      put(host, `on-${name}`, valid ? readableOn(host, value) : '');
  }
}

function put(host: HTMLElement, name: string, value: string) {
  host.style.setProperty(`--set-${name}`, value);
}

/** Black or white, whichever has the higher contrast. */
function readableOn(host: HTMLElement, colour: string): string {
  host.style.color = colour;
  const [r, g, b] = (getComputedStyle(host).color.match(/[\d.]+/g) ?? []).map((part) => {
    const c = Number(part) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  host.style.color = '';
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0) > 0.18 ? '#16181d' : '#fff';
}
