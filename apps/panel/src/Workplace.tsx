import { MessagesSquare } from 'lucide-react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from './keys/use-keys.ts';
import { useListKeys } from './keys/use-list-keys.ts';
import { Announcer } from './live/Announcer.tsx';
import { ConnectionNotice } from './live/ConnectionNotice.tsx';
import { EndedNotice } from './live/EndedNotice.tsx';
import { usePanel } from './live/panel-store.ts';
import { startInbox } from './live/start-inbox.ts';
import { useTitleBadge } from './live/use-title-badge.ts';
import { loadDrafts } from './messages/drafts.ts';
import { loadOutbox } from './messages/outbox.ts';
import { sendWaiting } from './messages/send-message.ts';
import { Blank } from './parts/Blank.tsx';
import { Notices } from './parts/Notices.tsx';
import { Rail } from './Rail.tsx';
import { useRoute } from './route.ts';
import { screenOf } from './screens.ts';
import { ListHead } from './sessions/ListHead.tsx';
import { openClientFromLink } from './sessions/open-client.ts';
import { SessionList } from './sessions/SessionList.tsx';
import { SessionScreen } from './sessions/SessionScreen.tsx';
import { showList } from './sessions/use-lists.ts';

const KeysDialog = lazy(() => import('./keys/KeysDialog.tsx'));

export function Workplace() {
  const { t } = useTranslation();
  const screen = screenOf(useRoute());
  const openId = screen.name === 'session' ? screen.sessionId : null;
  const [keysShown, setKeysShown] = useState(false);
  const ended = usePanel((panel) => panel.inbox.ended);
  const list = screen.name === 'list' ? screen.list : null;
  useEffect(() => {
    if (list) showList(list);
  }, [list]);
  useEffect(startInbox, []);
  useOwnWords();
  useTitleBadge();
  useListKeys(openId);
  useKeys({ keys: () => setKeysShown(true) });

  if (ended) return <EndedNotice ended={ended} />;
  return (
    <div className="flex h-full flex-col-reverse two:flex-row">
      <div className={openId === null ? 'contents' : 'hidden two:contents'}>
        <Rail current={screen.name === 'page' ? 'settings' : 'inbox'} onKeys={() => setKeysShown(true)} />
      </div>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <ConnectionNotice />
        {screen.name === 'page' ? (
          <main className="min-h-0 flex-1 overflow-y-auto">
            <Suspense>
              <screen.Page />
            </Suspense>
          </main>
        ) : (
          <main className="flex min-h-0 flex-1">
            <section
              aria-label={t('rail.inbox')}
              className={`min-w-0 flex-1 flex-col bg-surface two:flex two:w-76 two:flex-none two:border-e two:border-line wide:w-90 ${openId === null ? 'flex' : 'hidden'}`}
            >
              {openId === null && <h1 className="sr-only">{t('rail.inbox')}</h1>}
              <ListHead isSessionOpen={openId !== null} />
              <div className="min-h-0 flex-1">
                <SessionList openId={openId} />
              </div>
            </section>
            <div className={`min-w-0 flex-1 two:block ${openId === null ? 'hidden' : 'block bg-surface'}`}>
              {openId === null ? (
                <Blank icon={MessagesSquare} title={t('conversation.none')}>
                  {t('conversation.noneWhy')}
                </Blank>
              ) : (
                <SessionScreen sessionId={openId} />
              )}
            </div>
          </main>
        )}
      </div>
      <Notices />
      <Announcer />
      {keysShown && (
        <Suspense>
          <KeysDialog onClose={() => setKeysShown(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** Drafts and unsent messages of this operator come back; what waited for the network goes out with it. */
function useOwnWords(): void {
  const me = usePanel((panel) => panel.inbox.me?.id);
  const isConnected = usePanel((panel) => panel.live.name === 'connected' && panel.phase === 'ready');
  useEffect(() => {
    if (me === undefined) return;
    loadDrafts(me);
    loadOutbox(me);
  }, [me]);
  useEffect(() => {
    if (isConnected && me !== undefined) sendWaiting();
  }, [isConnected, me]);
  useEffect(() => {
    if (isConnected) void openClientFromLink();
  }, [isConnected]);
}
