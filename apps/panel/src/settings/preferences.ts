import { create } from 'zustand';
import { readStored, writeStored } from '../parts/storage.ts';
import { type Order, orders } from '../sessions/session-order.ts';

export const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

interface Preferences {
  theme: Theme;
  order: Order;
  /** The client's column, where there is room for it. */
  showsClient: boolean;
}

const stored = read();
export const usePreferences = create<Preferences>()(() => ({
  theme: themes.find((theme) => theme === stored.theme) ?? 'system',
  order: orders.find((order) => order === stored.order) ?? 'urgency',
  showsClient: stored.showsClient !== false,
}));

export function prefer(change: Partial<Preferences>): void {
  usePreferences.setState(change);
  writeStored('preferences', JSON.stringify(usePreferences.getState()));
}

/** Puts the theme on the page: the one that was chosen, else the system's. */
export function followTheme(): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const { theme } = usePreferences.getState();
    const wish = dark.matches ? 'dark' : 'light';
    document.documentElement.dataset.theme = theme === 'system' ? wish : theme;
  };
  apply();
  dark.addEventListener('change', apply);
  usePreferences.subscribe(apply);
}

function read(): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readStored('preferences') ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
