import type { Message } from '@switchboard/protocol';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LinkedText } from './LinkedText.tsx';

export type Voice = 'client' | 'me' | 'colleague' | 'bot' | 'note';

const looks: Record<Voice, string> = {
  client: 'bg-bubble-other text-on-bubble-other rounded-ss-1',
  me: 'bg-bubble-own text-on-bubble-own rounded-se-1',
  colleague: 'bg-accent-soft text-ink rounded-se-1',
  note: 'bg-warning-soft text-ink rounded-se-1',
  bot: 'bg-bubble-bot text-on-bubble-bot rounded-se-1',
};

interface Props {
  voice: Voice;
  body: string;
  replyTo: { authorName: string; body: string } | null;
  isDeleted?: boolean;
  children?: ReactNode;
}

export function Bubble({ voice, body, replyTo, isDeleted, children }: Props) {
  const { t } = useTranslation();
  return (
    <div className={`w-fit max-w-full rounded-3 px-3 py-1.5 ${looks[voice]}`}>
      {replyTo && (
        <blockquote className="mb-1 border-s-2 border-current ps-2 text-sm">
          <span className="font-medium">{replyTo.authorName || t('client.client')}</span>
          <span dir="auto" className="line-clamp-2">
            {replyTo.body}
          </span>
        </blockquote>
      )}
      <p dir="auto" className="wrap-anywhere whitespace-pre-wrap">
        {isDeleted ? <i>{t('message.deleted')}</i> : <LinkedText text={body} />}
      </p>
      {children}
    </div>
  );
}

export function voiceOf(message: Message, me: number): Voice {
  if (message.type === 'NOTE') return 'note';
  if (message.authorType === 'CLIENT') return 'client';
  if (message.authorType === 'BOT') return 'bot';
  return message.authorId === me ? 'me' : 'colleague';
}
