import { useEffect, useRef } from 'react';
import { isInPopup, isWritingIn, type KeyName, keyOf } from './key-table.ts';

type Acts = Partial<Record<KeyName, () => void>>;

/** Acts of the screen that is shown; nothing happens inside dialogs and menus. */
export function useKeys(acts: Acts): void {
  const latest = useRef(acts);
  latest.current = acts;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isInPopup(event.target)) return;
      const name = keyOf(event, isWritingIn(event.target));
      if (event.repeat && name !== 'next' && name !== 'previous') return;
      const act = name && latest.current[name];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}
