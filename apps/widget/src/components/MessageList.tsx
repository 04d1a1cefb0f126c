import { isIncoming } from '../messages.ts';
import { type Row, toRows } from '../rows.ts';
import type { Props } from './App.tsx';
import { Bubble } from './Bubble.tsx';
import { Icon, IconButton } from './Icon.tsx';
import { StateCard } from './StateCard.tsx';

const nearPx = 64;

export function MessageList(props: Props) {
  const { view, words, actions } = props;
  const { say } = words;
  const { messages, unsent, channel, session, above } = view;
  const fresh = messages.slice(view.seen).filter(isIncoming).length;
  const operator = session?.operator?.name ?? say(session?.status === 'BOT' ? 'assistant' : 'someone');
  return (
    <div class="middle">
      <div
        class="list"
        role="log"
        aria-live="off"
        aria-label={say('chat')}
        // What scrolls must be reachable by keyboard.
        tabindex={0}
        onscroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          const away = scrollHeight - scrollTop - clientHeight > nearPx;
          if (away !== above) actions.scroll(away);
          if (away && scrollTop < nearPx) actions.earlier();
        }}
      >
        {!messages.length && !unsent.length && (
          <div class="welcome">
            {channel && <Icon name="chat" size={28} />}
            {channel && <h3 dir="auto">{channel.greeting || say('hello')}</h3>}
            {channel?.online === false && <p>{say('awayHint')}</p>}
            {!channel && !view.unavailable && !view.lost && <div class="skeleton" />}
          </div>
        )}
        {toRows(messages, unsent).map(toElement)}
        {session?.status === 'BOT' && !unsent.length && (
          <div class="choice">{messages.at(-1)?.keyboard.map(toButton)}</div>
        )}
        <StateCard {...props} />
        {view.typing && !view.lost && session?.status !== 'CLOSED' && (
          <div class="typing" role="img" aria-label={say('typing', { name: operator })}>
            <i />
            <i />
            <i />
          </div>
        )}
      </div>
      {above && (
        <IconButton
          class="jump"
          label={say('newest')}
          icon="down"
          size={18}
          onclick={({ currentTarget }) => currentTarget.previousElementSibling?.scrollTo(0, 1e9)}
        >
          {fresh > 0 && <span>{say('unread', { n: fresh })}</span>}
        </IconButton>
      )}
    </div>
  );

  function toButton({ text }: { text: string }) {
    const press = ({ currentTarget }: { currentTarget: HTMLElement }) => {
      // It goes with its menu, and must not take the focus along.
      currentTarget.closest('section')?.focus();
      actions.send(text);
    };
    return (
      <button type="button" class="small" dir="auto" key={text} onclick={press}>
        {text}
      </button>
    );
  }

  function toElement(row: Row) {
    const { kind, key, at, message } = row;
    if (kind === 'break') return <hr key={key} />;
    if (kind !== 'day' && kind !== 'system') return <Bubble {...props} row={row} />;
    return (
      <p class="mark" dir="auto" key={key}>
        {at ? words.day(at) : message?.body}
      </p>
    );
  }
}
