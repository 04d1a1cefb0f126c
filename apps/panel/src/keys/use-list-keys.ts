import { go } from '../route.ts';
import type { ListName } from '../sessions/session.ts';
import { showList, useShownRows } from '../sessions/use-lists.ts';
import { useKeys } from './use-keys.ts';

/** Up, down, and which list. */
export function useListKeys(openId: string | null): void {
  const rows = useShownRows();
  const move = (step: 1 | -1) => (): void => {
    const here = rows.findIndex((session) => session.id === openId);
    const next = rows[here === -1 ? (step === 1 ? 0 : rows.length - 1) : here + step];
    if (next) go(`/sessions/${next.id}`, openId === null ? 'push' : 'replace');
  };
  const list = (name: ListName) => (): void => {
    showList(name);
    if (openId === null) go(name === 'mine' ? '/' : `/${name}`, 'replace');
  };
  useKeys({ next: move(1), previous: move(-1), mine: list('mine'), help: list('help'), closed: list('closed') });
}
