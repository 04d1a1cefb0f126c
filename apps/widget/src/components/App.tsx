import type { Actions, View } from '../view.ts';
import type { Words } from '../words.ts';
import { Launcher } from './Launcher.tsx';
import { Panel } from './Panel.tsx';

export interface Props {
  view: View;
  actions: Actions;
  words: Words;
}

export function App(props: Props & { side: 'left' | 'right' | null }) {
  const { view, words, side } = props;
  return (
    <div class="root" lang={words.lang} dir={words.dir} data-side={side} data-open={view.open}>
      {view.open && <Panel {...props} />}
      <Launcher {...props} />
      <div class="hidden" aria-live="polite">
        {view.news}
      </div>
    </div>
  );
}
