import { type ComponentType, lazy } from 'react';
import type { Route } from './route.ts';
import type { ListName } from './sessions/session.ts';

/** INDEX: path → screen. */
export type Screen =
  | { name: 'list'; list: ListName }
  | { name: 'session'; sessionId: string }
  | { name: 'page'; Page: ComponentType };

const SettingsScreen = lazy(() => import('./settings/SettingsScreen.tsx'));

export function screenOf({ parts: [first, second] }: Route): Screen {
  switch (first) {
    case 'sessions':
      return second === undefined ? { name: 'list', list: 'mine' } : { name: 'session', sessionId: second };
    case 'help':
      return { name: 'list', list: 'help' };
    case 'closed':
      return { name: 'list', list: 'closed' };
    case 'settings':
      return { name: 'page', Page: SettingsScreen };
    default:
      return { name: 'list', list: 'mine' };
  }
}
