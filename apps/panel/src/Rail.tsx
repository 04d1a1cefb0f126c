import { Inbox, Keyboard, type LucideIcon, Settings } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PresenceMenu } from './operators/PresenceMenu.tsx';
import { count } from './parts/format.ts';
import { go } from './route.ts';
import { useListName, useLists } from './sessions/use-lists.ts';

interface Props {
  current: 'inbox' | 'settings';
  onKeys: () => void;
}

export function Rail({ current, onKeys }: Props) {
  const { t } = useTranslation();
  const { unread } = useLists();
  const list = useListName((state) => state.list);
  return (
    <nav
      aria-label={t('rail.label')}
      className="flex shrink-0 items-stretch justify-around gap-1 border-t border-line bg-surface px-2 py-1 two:w-19 two:flex-col two:justify-start two:border-e two:border-t-0 two:px-1.5 two:py-2"
    >
      <Place
        icon={Inbox}
        label={t('rail.inbox')}
        isCurrent={current === 'inbox'}
        onClick={() => current !== 'inbox' && go(list === 'mine' ? '/' : `/${list}`)}
      >
        {unread > 0 && (
          <span className="absolute end-2 top-0.5 min-w-4.5 rounded-full bg-accent px-1 text-center text-xs leading-4.5 font-semibold text-on-accent">
            {unread > 99 ? '99+' : count(unread)}
            <span className="sr-only"> {t('list.unread', { count: unread })}</span>
          </span>
        )}
      </Place>
      <Place
        icon={Settings}
        label={t('rail.settings')}
        isCurrent={current === 'settings'}
        onClick={() => go('/settings')}
      />
      <span className="hidden flex-1 two:block" />
      <Place icon={Keyboard} label={t('rail.keys')} onClick={onKeys} className="hidden two:flex" />
      <div className="w-17 two:w-full">
        <PresenceMenu />
      </div>
    </nav>
  );
}

interface PlaceProps {
  icon: LucideIcon;
  label: string;
  isCurrent?: boolean;
  onClick: () => void;
  className?: string;
  children?: ReactNode;
}

function Place({ icon: Icon, label, isCurrent, onClick, className = 'flex', children }: PlaceProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      aria-current={isCurrent ? 'page' : undefined}
      className={`relative w-17 flex-col items-center gap-1 rounded-3 px-1 py-2 text-xs font-medium text-ink-muted hover:bg-hover hover:text-ink aria-[current]:bg-selected aria-[current]:text-accent-ink two:w-full ${className}`}
    >
      <Icon aria-hidden size={20} strokeWidth={1.75} />
      {label}
      {children}
    </button>
  );
}
