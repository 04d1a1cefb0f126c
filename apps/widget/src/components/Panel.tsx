import { isOpen } from '../apply-event.ts';
import { stateLine } from '../state-line.ts';
import type { Props } from './App.tsx';
import { Composer } from './Composer.tsx';
import { IconButton } from './Icon.tsx';
import { MessageList } from './MessageList.tsx';

export function Panel(props: Props) {
  const { view, actions, words } = props;
  const { say } = words;
  const { channel, session, finish } = view;
  const title = channel?.name ?? say('chat');
  const name = (isOpen(session) && session.operator?.name) || title;
  const fillsScreen = matchMedia('(max-width: 479px)').matches;
  return (
    <section
      class="panel"
      role="dialog"
      aria-label={say('chat')}
      aria-modal={`${fillsScreen}`}
      tabindex={-1}
      onkeydown={(event) => {
        if (event.key === 'Escape' && !event.isComposing) actions.close();
        if (event.key === 'Tab' && fillsScreen) keepFocus(event);
      }}
    >
      <div class="head">
        <span class="avatar" data-online={channel?.online || session?.status === 'ACTIVE'} aria-hidden="true">
          {[...name][0]?.toLocaleUpperCase()}
        </span>
        <div class="who">
          <h2>{title}</h2>
          <p data-testid="state">{stateLine(view, words)}</p>
        </div>
        {isOpen(session) && (
          <IconButton class="quiet" label={say('finish')} icon="end" onclick={() => actions.finish('asked')} />
        )}
        <IconButton class="quiet" label={say('close')} icon="close" onclick={actions.close} />
      </div>
      {finish !== 'no' && (
        <div class="notice">
          <p role={finish === 'failed' && 'alert'}>{say(finish === 'failed' ? 'finishFailed' : 'finishAsk')}</p>
          <div class="choice">
            <button type="button" class="small" onclick={() => actions.finish('no')}>
              {say('finishNo')}
            </button>
            <button
              type="button"
              class="small danger"
              disabled={finish === 'sent'}
              onclick={() => actions.finish('sent')}
            >
              {say('finish')}
            </button>
          </div>
        </div>
      )}
      {view.unavailable ? (
        <div class="notice warn" role="alert">
          <p>{say('unavailable')}</p>
          <button type="button" class="small" onclick={actions.retry}>
            {say('retry')}
          </button>
        </div>
      ) : (
        view.lost && (
          <div class="notice warn" role="status">
            <p>{say('offline')}</p>
          </div>
        )
      )}
      <MessageList {...props} />
      <Composer {...props} />
    </section>
  );
}

/** Full screen hides the page, so the focus must not wander into it. */
function keepFocus(event: KeyboardEvent & { currentTarget: HTMLElement }) {
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('button:enabled, textarea, a, [tabindex="0"]')];
  const [first, last] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
  if (event.target !== first) return;
  event.preventDefault();
  last?.focus();
}
