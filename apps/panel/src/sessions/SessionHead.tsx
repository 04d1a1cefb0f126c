import type { Session } from '@switchboard/protocol';
import { ArrowLeft, CircleCheckBig, HandHelping, PanelRight } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/Button.tsx';
import { IconButton } from '../parts/IconButton.tsx';
import { go } from '../route.ts';
import { ClientMark } from './ClientMark.tsx';
import { clientTitle } from './client-title.ts';
import { isOnline } from './session.ts';
import { statusText } from './status-text.ts';
import { takeSession } from './take-session.ts';
import { useListName } from './use-lists.ts';
import { Wait } from './Wait.tsx';

/** Finish comes where Take was: the second click of a double click is not meant for it. */
const doubleClickMs = 500;

interface Props {
  session: Session;
  isMine: boolean;
  clientShown: boolean;
  onToggleClient: () => void;
  onTaken: () => void;
  onFinish: () => void;
}

export function SessionHead({ session, isMine, clientShown, onToggleClient, onTaken, onFinish }: Props) {
  const { t } = useTranslation();
  const list = useListName((state) => state.list);
  const [isTaking, setTaking] = useState(false);
  const takenAt = useRef(Number.NEGATIVE_INFINITY);
  const isJustTaken = (): boolean => isTaking || performance.now() - takenAt.current < doubleClickMs;
  const take = async (): Promise<void> => {
    setTaking(true);
    const isTaken = await takeSession(session.id);
    takenAt.current = performance.now();
    setTaking(false);
    if (isTaken) onTaken();
  };
  const status = statusText(session, t);
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b border-line bg-surface px-2 two:ps-4">
      <IconButton
        icon={ArrowLeft}
        mirrored
        label={t('session.back')}
        className="two:hidden"
        onClick={() => go(list === 'mine' ? '/' : `/${list}`)}
      />
      <span className="max-[25rem]:hidden">
        <ClientMark session={session} />
      </span>
      <div className="min-w-0 flex-1">
        <h1 className="flex leading-tight font-semibold">
          <bdi className="truncate">{clientTitle(session, t)}</bdi>
        </h1>
        <p className="truncate text-sm text-ink-subtle">
          {t(isOnline(session) ? 'client.online' : 'client.offline')} · <bdi>{session.channel}</bdi>
          {!isMine && <> · {status}</>}
        </p>
      </div>
      <Wait session={session} />
      {session.status === 'HELP' && (
        <Button look="primary" icon={HandHelping} hint="T" onClick={() => void take()} disabled={isTaking}>
          {t('session.take')}
        </Button>
      )}
      {isMine && session.status !== 'CLOSED' && (
        <Button
          icon={CircleCheckBig}
          hint="E"
          // Nor does it take the focus from the answer.
          onMouseDown={(event) => isJustTaken() && event.preventDefault()}
          onClick={() => isJustTaken() || onFinish()}
        >
          <span className="max-[25rem]:sr-only">{t('session.finish')}</span>
        </Button>
      )}
      <IconButton
        icon={PanelRight}
        mirrored
        label={t('client.show')}
        aria-pressed={clientShown}
        aria-keyshortcuts="I"
        onClick={onToggleClient}
      />
    </header>
  );
}
