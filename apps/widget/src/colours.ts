import { colourNames, darkName, type Settings } from './settings.ts';

/** Hands the page's colours for this theme to the style sheet, with words on them that can be read. */
export function paint(host: HTMLElement, { colours }: Settings, channel: Record<string, string>): void {
  const dark = host.dataset.theme === 'dark';
  const find = (name: string) => {
    const value = colours[name] ?? channel[name] ?? channel[name.replace(/-(\w)/g, (_, c: string) => c.toUpperCase())];
    return value && CSS.supports('color', value) ? value : '';
  };
  for (const name of colourNames) {
    // A brand's own colour serves in the dark too; a light bubble would not.
    const light = !dark || !name.startsWith('operator') ? find(name) : '';
    const value = (dark && find(darkName(name))) || light;
    host.style.setProperty(`--set-${name}`, value);
    host.style.setProperty(`--set-on-${name}`, value && readableOn(host, value));
  }
}

/** Black or white, whichever has the higher contrast. */
function readableOn(host: HTMLElement, colour: string): string {
  host.style.color = colour;
  const [r = 0, g = 0, b = 0] = (getComputedStyle(host).color.match(/[\d.]+/g) ?? []).map((part) => {
    const c = Number(part) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  host.style.color = '';
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? '#16181d' : '#fff';
}
