import { splitLinks } from '../links.ts';
import type { Row } from '../rows.ts';
import { mostCharacters } from '../view.ts';
import type { Props } from './App.tsx';
import { Icon } from './Icon.tsx';

export function Bubble({ row, view, actions, words }: Props & { row: Row }) {
  const { say, clock } = words;
  const { message, unsent, own, first, last } = row;
  const refused = unsent?.refused;
  const deleted = message?.deletedAt;
  const edited = message?.editedAt && !deleted;
  const replyTo = message?.replyTo;
  const side = own ? 'own' : message?.authorType === 'BOT' ? 'bot' : 'other';
  return (
    <div key={row.key} class={`message ${side}`} data-first={first} data-last={last} data-failed={Boolean(refused)}>
      {first && !own && (
        <span class="author" dir="auto">
          {message?.authorName || say(side === 'bot' ? 'assistant' : 'someone')}
        </span>
      )}
      {replyTo && (
        // As it is now, where it is loaded.
        <blockquote dir="auto">{(view.messages.find(({ id }) => id === replyTo.id) ?? replyTo).body}</blockquote>
      )}
      <div class="bubble" dir="auto">
        {deleted ? <em>{say('deleted')}</em> : linked(message?.body ?? unsent?.body ?? '')}
      </div>
      {refused ? (
        <div class="failure" role="alert">
          <p>
            <Icon name="failed" size={14} /> {say('notSent')}. {reason()}
          </p>
          <button type="button" class="link" onclick={() => actions.again(unsent.localId)}>
            {say('again')}
          </button>
          <button type="button" class="link" onclick={() => actions.remove(unsent.localId)}>
            {say('remove')}
          </button>
        </div>
      ) : (
        (last || (unsent && view.lost) || edited) && <p class="meta">{meta()}</p>
      )}
    </div>
  );

  function reason() {
    if (refused?.code === 'client_banned') return say('banned');
    if (refused?.code === 'message_too_long') return say('tooLong', { n: mostCharacters });
    return refused?.error;
  }

  function meta() {
    if (!message) return [view.lost && say('queued'), ' ', tick('clock', view.lost ? 'queued' : 'sending')];
    const { session } = view;
    const read =
      message.readAt || (session && (message.sessionId !== session.id || session.operatorReadNumber >= message.number));
    const mark = read ? 'read' : 'sent';
    return [
      edited && `${say('edited')} · `,
      <time key="time" datetime={message.createdAt}>
        {clock(new Date(message.createdAt))}
      </time>,
      own && tick(mark, mark),
    ];
  }

  function tick(name: 'clock' | 'sent' | 'read', key: 'queued' | 'sending' | 'sent' | 'read') {
    const label = say(key);
    return (
      <span class="tick" key="tick" role="img" aria-label={label} title={label}>
        <Icon name={name} size={14} />
      </span>
    );
  }
}

function linked(text: string) {
  return splitLinks(text).map(({ text, href }) =>
    href ? (
      <a href={href} target="_blank" rel="noopener noreferrer">
        {text}
      </a>
    ) : (
      text
    ),
  );
}
