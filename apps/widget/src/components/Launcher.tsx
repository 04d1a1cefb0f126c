import type { Props } from './App.tsx';
import { Icon } from './Icon.tsx';

export function Launcher({ view: { open, unread }, actions, words: { say } }: Props) {
  const label = say(open ? 'close' : 'open');
  return (
    <button
      type="button"
      class="launcher"
      aria-expanded={`${open}`}
      aria-label={unread && !open ? `${label}, ${say('unread', { n: unread })}` : label}
      onclick={open ? actions.close : actions.open}
    >
      <Icon name={open ? 'down' : 'chat'} size={26} />
      {!open && unread > 0 && (
        <span class="badge" data-testid="unread">
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </button>
  );
}
