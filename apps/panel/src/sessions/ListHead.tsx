import type { Session } from '@switchboard/protocol';
import { ArrowDownWideNarrow } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { usePanel } from '../live/panel-store.ts';
import { count, span } from '../parts/format.ts';
import { useNow } from '../parts/use-now.ts';
import { go } from '../route.ts';
import { prefer, usePreferences } from '../settings/preferences.ts';
import { countClosed, loadClosed } from './load-closed.ts';
import { listNames, waitsSince } from './session.ts';
import { type Order, orders } from './session-order.ts';
import { showList, useListName, useLists } from './use-lists.ts';

export function ListHead({ isSessionOpen }: { isSessionOpen: boolean }) {
  const { t } = useTranslation();
  const { counts, rows } = useLists();
  const list = useListName((state) => state.list);
  const order = usePreferences((preferences) => preferences.order);
  const isReady = usePanel((panel) => panel.phase === 'ready');
  const needsCount = usePanel((panel) => panel.closedBeyond === null) && isReady && list !== 'closed';
  const needsClosed = usePanel((panel) => !panel.isClosedLoaded) && isReady && list === 'closed';
  useEffect(() => {
    if (needsCount) void countClosed();
    if (needsClosed) void loadClosed();
  }, [needsCount, needsClosed]);

  return (
    <header className="shrink-0 border-b border-line">
      <nav aria-label={t('list.lists')} className="flex h-11 items-stretch gap-1 px-2">
        {listNames.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={name === list ? 'true' : undefined}
            onClick={() => {
              showList(name);
              if (!isSessionOpen) go(name === 'mine' ? '/' : `/${name}`, 'replace');
            }}
            className="ring-inside relative flex items-center gap-1.5 rounded-2 px-2.5 font-medium text-ink-muted hover:text-ink aria-[current]:text-ink aria-[current]:after:absolute aria-[current]:after:inset-x-2 aria-[current]:after:bottom-0 aria-[current]:after:h-0.5 aria-[current]:after:bg-accent"
          >
            {t(`list.${name}`)}
            {isReady && counts[name] !== null && (
              <span
                className={`min-w-5 rounded-full px-1.5 text-center text-xs leading-5 tabular-nums ${
                  name === 'help' && counts[name] > 0 ? 'bg-warning-soft text-warning' : 'bg-sunken text-ink-muted'
                }`}
              >
                {count(counts[name])}
              </span>
            )}
          </button>
        ))}
      </nav>
      <div className="flex h-8 items-center justify-between gap-2 border-t border-line px-3 text-sm text-ink-subtle">
        <span className="truncate">{list === 'closed' ? t('list.closedHint') : <Waiting rows={rows[list]} />}</span>
        {list !== 'closed' && (
          <label className="flex shrink-0 items-center gap-1 hover:text-ink">
            <ArrowDownWideNarrow aria-hidden size={14} />
            <span className="sr-only">{t('list.order')}</span>
            <select
              value={order}
              onChange={(event) => prefer({ order: event.target.value as Order })}
              className="h-6 cursor-pointer rounded-1 bg-surface"
            >
              {orders.map((name) => (
                <option key={name} value={name}>
                  {t(`list.orders.${name}`)}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
    </header>
  );
}

function Waiting({ rows }: { rows: readonly Session[] }) {
  const { t } = useTranslation();
  const now = useNow();
  const since = rows.map(waitsSince).filter((at) => at !== null);
  const first = since.reduce<string | null>((least, at) => (least === null || at < least ? at : least), null);
  if (first === null) return t('list.nobodyWaits');
  return t('list.waiting', { count: since.length, span: span(now - Date.parse(first)) });
}
