import type { Session } from '@switchboard/protocol';
import { Reply, SendHorizontal, X } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/Button.tsx';
import { count } from '../parts/format.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { api } from '../sign-in/api.ts';
import { sendsMessage, tellsTyping } from './composer-keys.ts';
import { keepDraft, useDrafts } from './drafts.ts';
import { limits } from './message-limits.ts';
import type { Pending } from './outbox.ts';
import { sendMessage } from './send-message.ts';

interface Props {
  field: RefObject<HTMLTextAreaElement | null>;
  session: Session;
  clientName: string;
  replyTo: Pending['replyTo'];
  onReplyDone: () => void;
}

export function Composer({ field, session, clientName, replyTo, onReplyDone }: Props) {
  const { t } = useTranslation();
  const text = useDrafts(({ texts }) => texts[session.id] ?? '');
  const toldAt = useRef(0);
  const left = limits.messageBodyCharacters - text.length;
  const canSend = text.trim() !== '' && left >= 0;

  useLayoutEffect(() => {
    const area = field.current;
    // Measured for every text, whoever changed it.
    if (!area || area.value !== text) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }, [text, field]);

  const change = (next: string): void => {
    keepDraft(session.id, next);
    if (!tellsTyping(next, Date.now(), toldAt.current)) return;
    toldAt.current = Date.now();
    api.call('typing', { params: { sessionId: session.id } }).catch(() => {});
  };
  const send = (): void => {
    if (!canSend) return;
    sendMessage(session.id, text.trim(), replyTo);
    keepDraft(session.id, '');
    toldAt.current = 0;
    onReplyDone();
    field.current?.focus();
  };
  const press = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const { key, keyCode, shiftKey, altKey, ctrlKey, metaKey, nativeEvent } = event;
    if (sendsMessage({ key, keyCode, shiftKey, altKey, ctrlKey, metaKey, isComposing: nativeEvent.isComposing })) {
      event.preventDefault();
      send();
    }
    if (key === 'Escape' && !nativeEvent.isComposing) field.current?.blur();
  };

  return (
    <form
      className="shrink-0 border-t border-line bg-surface p-3"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="mx-auto max-w-200 rounded-3 border border-line-strong bg-surface focus-within:border-accent focus-within:ring-1 focus-within:ring-accent">
        {replyTo && (
          <div className="flex items-center gap-2 border-b border-line py-1 ps-3 pe-1 text-sm text-ink-muted">
            <Reply aria-hidden size={14} className="mirrored shrink-0" />
            <span className="min-w-0 flex-1 truncate">
              {t('composer.replyTo', { name: replyTo.authorName || clientName })} <bdi>{replyTo.body}</bdi>
            </span>
            <IconButton icon={X} label={t('composer.noReply')} onClick={onReplyDone} className="size-7" />
          </div>
        )}
        <textarea
          ref={field}
          // Empty, it follows the language of the placeholder.
          dir={text === '' ? undefined : 'auto'}
          rows={2}
          value={text}
          aria-label={t('composer.label', { name: clientName })}
          placeholder={t('composer.placeholder')}
          onChange={(event) => change(event.target.value)}
          onKeyDown={press}
          className="block max-h-[40vh] w-full resize-none bg-transparent px-3 pt-2 outline-none placeholder:text-ink-subtle"
        />
        <div className="flex items-center gap-2 ps-3 pe-1.5 pb-1.5 text-xs text-ink-subtle">
          <span className="hidden flex-1 truncate two:block">{t('composer.keys')}</span>
          <span className="flex-1 two:hidden" />
          {left < 500 && (
            <span className={left < 0 ? 'text-danger' : ''}>{t('composer.left', { count: left, n: count(left) })}</span>
          )}
          <Button look="primary" type="submit" small disabled={!canSend}>
            {t('composer.send')}
            <SendHorizontal aria-hidden size={14} className="mirrored" />
          </Button>
        </div>
      </div>
    </form>
  );
}
