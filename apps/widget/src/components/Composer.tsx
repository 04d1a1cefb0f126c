import { mostCharacters } from '../view.ts';
import type { Props } from './App.tsx';
import { IconButton } from './Icon.tsx';

export function Composer({ view: { draftLength }, actions, words: { say } }: Props) {
  const tooLong = draftLength > mostCharacters;
  return (
    <form
      onsubmit={(event) => {
        event.preventDefault();
        const area = event.currentTarget.querySelector('textarea');
        const text = area?.value.trim();
        if (!area || !text || text.length > mostCharacters) return;
        area.value = '';
        actions.send(text);
        grow(area);
        area.focus();
      }}
    >
      {tooLong && (
        <p class="over" role="alert">
          {say('tooLong', { n: mostCharacters })} ({draftLength})
        </p>
      )}
      <div class="field">
        <textarea
          rows={1}
          dir="auto"
          enterkeyhint="send"
          aria-label={say('write')}
          placeholder={say('write')}
          oninput={({ currentTarget }) => {
            grow(currentTarget);
            actions.type(currentTarget.value);
          }}
          onkeydown={(event) => {
            // 229: Safari ends the composition before it tells of its Enter.
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
            event.preventDefault();
            event.currentTarget.form?.requestSubmit();
          }}
        />
        <IconButton type="submit" class="send" label={say('send')} icon="send" disabled={!draftLength || tooLong} />
      </div>
    </form>
  );
}

/** As high as its text. An empty one is as high as its placeholder's one line, however long the language. */
export function grow(area: HTMLTextAreaElement) {
  area.style.height = 'auto';
  area.style.height = area.value && `${area.scrollHeight}px`;
}
