import type { Message } from '@switchboard/protocol';
import { ChevronDown } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { timeOfDay } from '../parts/format.ts';

/** Quiet: one line, however much happened. */
export function SystemLines({ messages }: { messages: readonly Message[] }) {
  const { t } = useTranslation();
  const last = messages.at(-1);
  if (!last) return null;
  if (messages.length === 1) return <Line message={last} />;
  return (
    <details className="group text-center text-sm text-ink-subtle">
      <summary className="inline-flex cursor-pointer list-none items-center gap-1 rounded-2 px-2 py-0.5 hover:bg-hover">
        {t('message.events', { count: messages.length })}
        <ChevronDown aria-hidden size={13} className="group-open:rotate-180" />
      </summary>
      {messages.map((message) => (
        <Line key={message.id} message={message} />
      ))}
    </details>
  );
}

function Line({ message }: { message: Message }) {
  return (
    <p className="text-center text-sm text-ink-subtle">
      <bdi>{message.body}</bdi> · <time dateTime={message.createdAt}>{timeOfDay(message.createdAt)}</time>
    </p>
  );
}
