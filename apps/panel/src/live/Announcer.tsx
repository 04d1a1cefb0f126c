import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { clientTitle } from '../sessions/client-title.ts';
import { onHeard } from './heard.ts';
import { inboxNow } from './panel-store.ts';

/** Says new messages to those who listen instead of looking: the words where they are read anyway, else only from whom. */
export function Announcer() {
  const { t } = useTranslation();
  const [said, setSaid] = useState('');
  useEffect(
    () =>
      onHeard((event) => {
        if (event.event !== 'chatMessageCreated' || event.data.authorType !== 'CLIENT') return;
        const { openId, sessions } = inboxNow();
        const session = sessions[event.data.sessionId];
        if (!session) return;
        const name = clientTitle(session, t);
        setSaid(session.id === openId ? `${name}: ${event.data.body}` : t('announce.message', { name }));
      }),
    [t],
  );
  return (
    <div aria-live="polite" className="sr-only">
      {said}
    </div>
  );
}
