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

/** Puts the theme on the page; without one the tokens follow the system. */
export function followTheme(): () => void {
  const apply = ({ theme }: Preferences): void => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  };
  apply(usePreferences.getState());
  return usePreferences.subscribe(apply);
}

function read(): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readStored('preferences') ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
