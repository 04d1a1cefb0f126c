import { Component, createRef } from 'preact';
import { isOpen } from '../apply-event.ts';
import { stateLine } from '../state-line.ts';
import type { Props } from './App.tsx';
import { Composer } from './Composer.tsx';
import { Icon } from './Icon.tsx';
import { MessageList } from './MessageList.tsx';

export class Panel extends Component<Props> {
  private dialog = createRef<HTMLElement>();
  private narrow = matchMedia('(max-width: 479px)');

  override componentDidMount() {
    // On a phone the keyboard must not jump up by itself.
    const wished = matchMedia('(pointer: fine)').matches ? this.dialog.current?.querySelector('textarea') : null;
    (wished ?? this.dialog.current)?.focus();
  }

  private onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.isComposing) this.props.actions.close();
    if (event.key === 'Tab' && this.narrow.matches) this.keepFocus(event);
  };

  /** Full screen hides the page, so the focus must not wander into it. */
  private keepFocus(event: KeyboardEvent) {
    const all = [
      ...(this.dialog.current?.querySelectorAll<HTMLElement>('button:enabled, textarea, a, [tabindex="0"]') ?? []),
    ];
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (event.target !== edge) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0])?.focus();
  }

  render({ view, actions, words }: Props) {
    const { say } = words;
    const { channel, session, finish } = view;
    const name = (isOpen(session) && session.operator?.name) || (channel?.name ?? say('chat'));
    return (
      <section
        class="panel"
        role="dialog"
        aria-label={say('chat')}
        aria-modal={this.narrow.matches}
        tabIndex={-1}
        ref={this.dialog}
        onKeyDown={this.onKeyDown}
      >
        <div class="head">
          <span class="avatar" data-online={channel?.online || session?.status === 'ACTIVE'} aria-hidden="true">
            {[...name][0]?.toLocaleUpperCase()}
          </span>
          <div class="who">
            <h2>{channel?.name ?? say('chat')}</h2>
            <p data-testid="state">{stateLine(view, words)}</p>
          </div>
          {isOpen(session) && (
            <button
              type="button"
              class="quiet"
              title={say('finish')}
              aria-label={say('finish')}
              onClick={() => actions.finish('asked')}
            >
              <Icon name="end" />
            </button>
          )}
          <button type="button" class="quiet" title={say('close')} aria-label={say('close')} onClick={actions.close}>
            <Icon name="close" />
          </button>
        </div>
        {finish !== 'no' && (
          <div class="notice">
            <p role={finish === 'failed' ? 'alert' : undefined}>
              {say(finish === 'failed' ? 'finishFailed' : 'finishAsk')}
            </p>
            <div class="choice">
              <button type="button" class="small" onClick={() => actions.finish('no')} ref={focusOnce}>
                {say('finishNo')}
              </button>
              <button
                type="button"
                class="small danger"
                disabled={finish === 'sent'}
                onClick={() => actions.finish('sent')}
              >
                {say('finish')}
              </button>
            </div>
          </div>
        )}
        {view.unavailable ? (
          <div class="notice warn" role="alert">
            <p>{say('unavailable')}</p>
            <button type="button" class="small" onClick={actions.retry}>
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
        <MessageList view={view} actions={actions} words={words} />
        <Composer view={view} actions={actions} words={words} />
      </section>
    );
  }
}

const focusOnce = (button: HTMLElement | null) => button?.focus();
