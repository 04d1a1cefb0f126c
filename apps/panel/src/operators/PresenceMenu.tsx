import { lazy, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeys } from '../keys/use-keys.ts';
import { usePanel } from '../live/panel-store.ts';
import { changePresence } from './change-presence.ts';
import { presenceColors, useShownPresence } from './presence.ts';

// A quarter of the panel's code, needed after the first click.
const load = () => import('./PresenceChoices.tsx');
const PresenceChoices = lazy(load);

/** Always in sight: am I taking sessions? */
export function PresenceMenu() {
  const { t } = useTranslation();
  const me = usePanel((panel) => panel.inbox.me);
  const presence = useShownPresence();
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useKeys({ presence: () => void changePresence(presence === 'paused' ? 'online' : 'paused') });
  if (!me || !presence) return <span className="skeleton m-2 h-11 w-14 rounded-3" />;
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onPointerEnter={() => void load()}
        onFocus={() => void load()}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full flex-col items-center gap-0.5 rounded-3 px-1 py-1.5 text-xs font-medium text-ink-muted hover:bg-hover hover:text-ink aria-expanded:bg-hover"
      >
        <span className="relative flex size-8 items-center justify-center rounded-full bg-sunken text-sm font-semibold text-ink">
          {initials(me.name)}
          <span
            className={`absolute -end-0.5 -bottom-0.5 size-3 rounded-full ring-2 ring-surface ${presenceColors[presence]}`}
          />
        </span>
        <span className="sr-only">{t('presence.mine')} </span>
        {t(`presence.${presence}`)}
      </button>
      <Suspense>{isOpen && <PresenceChoices me={me} button={button} onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '');
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toLocaleUpperCase() ?? '')
    .join('');
}
