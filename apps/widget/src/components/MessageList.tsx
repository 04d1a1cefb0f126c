import { Component, createRef } from 'preact';
import { isIncoming } from '../messages.ts';
import { type Row, toRows } from '../rows.ts';
import type { Props } from './App.tsx';
import { Bubble } from './Bubble.tsx';
import { Icon } from './Icon.tsx';
import { StateCard } from './StateCard.tsx';

const nearPx = 64;

interface Before {
  height: number;
  top: number;
  first: string | undefined;
}

export class MessageList extends Component<Props, { away: boolean; seen: number }> {
  override state = { away: false, seen: 0 };
  private list = createRef<HTMLDivElement>();
  private resized = new ResizeObserver(() => this.follow());

  override componentDidMount() {
    if (this.list.current) this.resized.observe(this.list.current);
    this.toEnd();
  }

  override componentWillUnmount() {
    this.resized.disconnect();
    // Whoever opens the widget again begins at the newest message.
    this.props.actions.atNewest(true);
  }

  override getSnapshotBeforeUpdate({ view }: Props): Before {
    const { scrollHeight = 0, scrollTop = 0 } = this.list.current ?? {};
    return { height: scrollHeight, top: scrollTop, first: view.messages[0]?.id };
  }

  override componentDidUpdate({ view: old }: Props, _: unknown, before: Before) {
    const { view } = this.props;
    const list = this.list.current;
    if (view.unsent.length > old.unsent.length) this.toEnd();
    else if (list && before.first !== view.messages[0]?.id && this.state.away) {
      list.scrollTop = before.top + list.scrollHeight - before.height;
    } else this.follow();
  }

  private follow() {
    if (!this.state.away) this.toEnd();
  }

  private toEnd = () => {
    const list = this.list.current;
    if (list) list.scrollTop = list.scrollHeight;
  };

  private onScroll = () => {
    const list = this.list.current;
    if (!list) return;
    const away = list.scrollHeight - list.scrollTop - list.clientHeight > nearPx;
    if (away !== this.state.away) {
      this.setState({ away, seen: this.props.view.messages.length });
      this.props.actions.atNewest(!away);
    }
    if (away && list.scrollTop < nearPx) this.props.actions.earlier();
  };

  private row = (row: Row) => {
    const { words, view, actions } = this.props;
    switch (row.kind) {
      case 'day':
        return (
          <p class="mark" key={row.key}>
            {row.at && words.day(row.at)}
          </p>
        );
      case 'break':
        return <hr key={row.key} />;
      case 'system':
        return (
          <p class="mark" dir="auto" key={row.key}>
            {row.message?.body}
          </p>
        );
      default:
        return <Bubble key={row.key} row={row} view={view} actions={actions} words={words} />;
    }
  };

  render({ view, words }: Props, { away, seen }: { away: boolean; seen: number }) {
    const { say } = words;
    const { messages, unsent, channel, session } = view;
    const fresh = messages.slice(seen).filter(isIncoming).length;
    const operator = session?.operator?.name ?? say(session?.status === 'BOT' ? 'assistant' : 'someone');
    return (
      <div class="middle">
        <div
          class="list"
          role="log"
          aria-live="off"
          aria-label={say('chat')}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          ref={this.list}
          onScroll={this.onScroll}
        >
          {!messages.length && !unsent.length && (
            <div class="welcome">
              {channel ? (
                <>
                  <Icon name="chat" size={28} />
                  <h3 dir="auto">{channel.greeting || say('hello')}</h3>
                  {!channel.online && <p>{say('awayHint')}</p>}
                </>
              ) : (
                !view.unavailable && !view.lost && <div class="skeleton" />
              )}
            </div>
          )}
          {toRows(messages, unsent).map(this.row)}
          <StateCard view={view} words={words} />
          {view.typing && !view.lost && session?.status !== 'CLOSED' && (
            <div class="typing" role="img" aria-label={say('typing', { name: operator })}>
              <i />
              <i />
              <i />
            </div>
          )}
        </div>
        {away && (
          <button type="button" class="jump" aria-label={say('newest')} title={say('newest')} onClick={this.toEnd}>
            {fresh > 0 && <span>{say('unread', { n: fresh })}</span>}
            <Icon name="down" size={18} />
          </button>
        )}
      </div>
    );
  }
}
