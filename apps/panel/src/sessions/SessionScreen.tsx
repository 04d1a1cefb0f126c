import type { Message, Session } from '@switchboard/protocol';
import { CircleHelp, CloudOff } from 'lucide-react';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { focusSoon, useSessionKeys } from '../keys/use-session-keys.ts';
import { usePanel } from '../live/panel-store.ts';
import { AnswerPlace } from '../messages/AnswerPlace.tsx';
import { Composer } from '../messages/Composer.tsx';
import { ConflictBar } from '../messages/ConflictBar.tsx';
import { draftOf, keepDraft } from '../messages/drafts.ts';
import { MessageList, type Shown } from '../messages/MessageList.tsx';
import { MessagesSkeleton } from '../messages/MessagesSkeleton.tsx';
import { type Pending, useOutbox } from '../messages/outbox.ts';
import { Blank } from '../parts/Blank.tsx';
import { Button } from '../parts/Button.tsx';
import { useWide } from '../parts/use-wide.ts';
import { go } from '../route.ts';
import { prefer, usePreferences } from '../settings/preferences.ts';
import { ClientPanel } from './ClientPanel.tsx';
import { clientTitle } from './client-title.ts';
import { SessionHead } from './SessionHead.tsx';
import { listOf } from './session.ts';
import { useOpenSession } from './use-open-session.ts';

const FinishDialog = lazy(() => import('./FinishDialog.tsx'));

export function SessionScreen({ sessionId }: { sessionId: string }) {
  const { t } = useTranslation();
  const { session, problem, retry } = useOpenSession(sessionId);
  if (session) return <Opened key={session.id} session={session} />;
  if (problem === 'missing') {
    return (
      <Blank
        icon={CircleHelp}
        title={t('session.missing')}
        action={<Button onClick={() => go('/')}>{t('session.toInbox')}</Button>}
      >
        {t('session.missingWhy')}
      </Blank>
    );
  }
  if (problem === 'unreachable') {
    return (
      <Blank
        icon={CloudOff}
        title={t('conversation.failed')}
        action={<Button onClick={retry}>{t('list.tryNow')}</Button>}
      />
    );
  }
  return <MessagesSkeleton />;
}

function Opened({ session }: { session: Session }) {
  const { t } = useTranslation();
  const me = usePanel((panel) => panel.inbox.me?.id ?? 0);
  const conversation = usePanel((panel) => panel.inbox.conversations[session.id]);
  const pending = usePending(session.id, conversation?.messages);
  const isMine = listOf(session, me) === 'mine';
  const isWide = useWide();
  const prefersClient = usePreferences((preferences) => preferences.showsClient);
  const [isClientOver, setClientOver] = useState(false);
  const [isFinishing, setFinishing] = useState(false);
  const [replyTo, setReplyTo] = useState<Pending['replyTo']>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const list = useRef<Shown>(null);
  const clientShown = isWide ? prefersClient : isClientOver;
  const toggleClient = (): void => (isWide ? prefer({ showsClient: !prefersClient }) : setClientOver(!isClientOver));
  const conflict = pending.find((entry) => entry.status === 'conflict');
  const edit = (text: string): void => {
    const draft = draftOf(session.id);
    keepDraft(session.id, draft === '' ? text : `${text}\n${draft}`);
    field.current?.focus();
  };
  const reply = ({ id, authorName, body }: Message): void => {
    setReplyTo({ id, authorName, body });
    field.current?.focus();
  };
  useSessionKeys({ session, isMine, field, onFinish: () => setFinishing(true), onToggleClient: toggleClient });

  return (
    <div className="relative flex h-full min-w-0">
      <div className="flex min-w-0 flex-1 flex-col">
        <SessionHead
          session={session}
          isMine={isMine}
          clientShown={clientShown}
          onToggleClient={toggleClient}
          onTaken={() => focusSoon(field)}
          onFinish={() => setFinishing(true)}
        />
        <div className="min-h-0 flex-1">
          <MessageList
            ref={list}
            session={session}
            me={me}
            conversation={conversation}
            pending={pending}
            isMine={isMine}
            onReply={reply}
            onEdit={edit}
          />
        </div>
        {conflict && <ConflictBar entry={conflict} onShow={(number) => list.current?.show(number)} onEdit={edit} />}
        {isMine ? (
          <Composer
            field={field}
            session={session}
            clientName={clientTitle(session, t)}
            replyTo={replyTo}
            onReplyDone={() => setReplyTo(null)}
          />
        ) : (
          <AnswerPlace session={session} />
        )}
      </div>
      {clientShown && (
        <div
          className={
            isWide
              ? 'w-74 shrink-0 border-s border-line'
              : 'absolute inset-y-0 end-0 z-20 w-80 max-w-full border-s border-line shadow-3'
          }
        >
          <ClientPanel session={session} onClose={toggleClient} />
        </div>
      )}
      {isFinishing && (
        <Suspense>
          <FinishDialog session={session} onClose={() => setFinishing(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** Without those that have come back as messages already. */
function usePending(sessionId: string, messages: readonly Message[] | undefined): readonly Pending[] {
  const all = useOutbox((outbox) => outbox.pending);
  return useMemo(() => {
    const mine = all.filter((entry) => entry.sessionId === sessionId);
    if (mine.length === 0) return mine;
    const stored = new Set(messages?.map((message) => message.localId));
    return mine.filter((entry) => !stored.has(entry.localId));
  }, [all, messages, sessionId]);
}
