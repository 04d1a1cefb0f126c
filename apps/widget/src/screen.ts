import { grow } from './components/Composer.tsx';
import type { View } from './view.ts';

/** What a description of the screen cannot say: where the list is scrolled to, and who has the focus. */
export function createScreen(root: ShadowRoot, draft: () => string) {
  let shown: View | null = null;
  const find = (selector: string) => root.querySelector<HTMLElement>(selector);
  const follow = () => {
    const list = find('.list');
    if (list && !shown?.above) list.scrollTop = list.scrollHeight;
  };
  const resized = new ResizeObserver(follow);

  /** To be called before the view is drawn; returns what is to be done after. */
  return (view: View) => {
    const old = shown;
    shown = view;
    const { scrollHeight = 0, scrollTop = 0 } = find('.list') ?? {};
    return () => {
      const list = find('.list');
      if (view.open && !old?.open) {
        const area = root.querySelector('textarea');
        if (list) resized.observe(list);
        if (area) {
          area.value = draft();
          grow(area);
        }
        // On a phone the keyboard must not jump up by itself.
        find(matchMedia('(pointer: fine)').matches ? 'textarea' : '.panel')?.focus();
      } else if (!view.open && old?.open) {
        resized.disconnect();
        find('.launcher')?.focus();
      } else if (view.finish !== old?.finish) {
        if (view.finish === 'asked') find('.notice button')?.focus();
        else if (!root.activeElement) find('.panel')?.focus();
      }

      if (!list || !old) return;
      if (view.unsent.length > old.unsent.length) list.scrollTop = list.scrollHeight;
      else if (view.above && old.messages[0]?.id !== view.messages[0]?.id) {
        list.scrollTop = scrollTop + list.scrollHeight - scrollHeight;
      } else follow();
    };
  };
}
