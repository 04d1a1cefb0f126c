import type { Message } from '@switchboard/protocol';
import { Bot, Reply, StickyNote } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { dateAndTime, timeOfDay } from '../parts/format.ts';
import { Bubble, voiceOf } from './Bubble.tsx';
import { Ticks } from './Ticks.tsx';

interface Props {
  messages: readonly Message[];
  me: number;
  clientName: string;
  /** Absent where nothing can be answered. */
  onReply?: (message: Message) => void;
}

export const MessageGroup = memo(function MessageGroup({ messages, me, clientName, onReply }: Props) {
  const { t } = useTranslation();
  const last = messages.at(-1);
  if (!last) return null;
  const voice = voiceOf(last, me);
  const isClient = voice === 'client';
  const name = isClient ? clientName : last.authorId === me ? t('list.you') : last.authorName;
  return (
    <div className={`flex flex-col gap-0.5 ${isClient ? 'items-start pe-[15%]' : 'items-end ps-[15%]'}`}>
      {!isClient && voice !== 'me' && (
        <span className="flex items-center gap-1 px-1 text-sm text-ink-muted">
          {voice === 'bot' && <Bot aria-hidden size={13} />}
          {voice === 'note' && <StickyNote aria-hidden size={13} />}
          {voice === 'note' ? t('message.note', { name }) : name}
        </span>
      )}
      {messages.map((message) => (
        <div
          key={message.id}
          data-number={message.number}
          className={`group flex max-w-full items-center gap-1 ${isClient ? '' : 'flex-row-reverse'}`}
        >
          <span className="sr-only">{name}: </span>
          <Bubble voice={voice} body={message.body} replyTo={message.replyTo} isDeleted={message.deletedAt !== null}>
            <Offered buttons={message.keyboard} />
          </Bubble>
          {onReply && message.deletedAt === null && voice !== 'note' && (
            <button
              type="button"
              title={t('message.reply')}
              aria-label={t('message.reply')}
              onClick={() => onReply(message)}
              className="flex size-7 shrink-0 items-center justify-center rounded-2 text-ink-subtle opacity-0 group-hover:opacity-100 hover:bg-hover focus-visible:opacity-100 pointer-coarse:opacity-100"
            >
              <Reply aria-hidden size={15} className="mirrored" />
            </button>
          )}
        </div>
      ))}
      <span className="flex items-center gap-1.5 px-1 text-xs text-ink-subtle">
        <time dateTime={last.createdAt} title={dateAndTime(last.createdAt)}>
          {timeOfDay(last.createdAt)}
        </time>
        {messages.some((message) => message.editedAt !== null) && <span>{t('message.edited')}</span>}
        {voice === 'me' && <Ticks message={last} />}
      </span>
    </div>
  );
});

/** What the client could press. */
function Offered({ buttons }: { buttons: Message['keyboard'] }) {
  if (buttons.length === 0) return null;
  return (
    <ul className="my-1 flex flex-wrap gap-1 text-sm">
      {buttons.map(({ text }) => (
        <li key={text} dir="auto" className="wrap-anywhere rounded-2 border border-current px-2">
          {text}
        </li>
      ))}
    </ul>
  );
}
