import type { User } from '@switchboard/protocol';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Archive, CloudOff, Coffee, MessagesSquare } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { usePanel } from '../live/panel-store.ts';
import { reconnectNow } from '../live/start-inbox.ts';
import { Blank } from '../parts/Blank.tsx';
import { Button } from '../parts/Button.tsx';
import { ListSkeleton } from './ListSkeleton.tsx';
import { rowHeight, SessionRow } from './SessionRow.tsx';
import { useListName, useShownRows } from './use-lists.ts';

/** How conversations come to this operator: by routing, not while paused, or never but by Take. */
function whyMineIsEmpty(me: User | null): 'why' | 'pausedWhy' | 'unroutedWhy' {
  if (me?.organizationId === null) return 'unroutedWhy';
  return me?.presence === 'paused' ? 'pausedWhy' : 'why';
}

const blanks = { mine: MessagesSquare, help: Coffee, closed: Archive } as const;

export function SessionList({ openId }: { openId: string | null }) {
  const { t } = useTranslation();
  const rows = useShownRows();
  const list = useListName((state) => state.list);
  const phase = usePanel((panel) => panel.phase);
  const me = usePanel((panel) => panel.inbox.me?.id ?? 0);
  const mineWhy = usePanel(({ inbox }) => whyMineIsEmpty(inbox.me));
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    getItemKey: (index) => rows[index]?.id ?? index,
  });
  const shownId = useRef<string | null>(null);
  useEffect(() => {
    // Only when another one is opened: a row that moves takes nobody along.
    if (shownId.current === openId) return;
    const index = rows.findIndex((session) => session.id === openId);
    if (index >= 0) virtual.scrollToIndex(index, { align: 'auto' });
    if (index >= 0 || openId === null) shownId.current = openId;
  }, [openId, rows, virtual]);

  if (phase === 'failed') {
    const again = (
      <Button onClick={reconnectNow} look="plain">
        {t('list.tryNow')}
      </Button>
    );
    return (
      <Blank icon={CloudOff} title={t('list.failed')} action={again}>
        {t('list.failedWhy')}
      </Blank>
    );
  }
  if (phase === 'loading') return <ListSkeleton />;
  return (
    <div ref={scroller} className="h-full overflow-y-auto overscroll-contain">
      {rows.length === 0 ? (
        <Blank icon={blanks[list]} title={t(`list.empty.${list}.title`)}>
          {list === 'mine' ? t(`list.empty.mine.${mineWhy}`) : t(`list.empty.${list}.why`)}
        </Blank>
      ) : (
        <ul className="relative" style={{ height: virtual.getTotalSize() }} aria-label={t(`list.${list}`)}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const session = rows[index];
            return (
              session && (
                <li
                  key={key}
                  aria-setsize={rows.length}
                  aria-posinset={index + 1}
                  className="absolute inset-x-0 top-0"
                  style={{ height: rowHeight, transform: `translateY(${start}px)` }}
                >
                  <SessionRow session={session} me={me} isOpen={session.id === openId} />
                </li>
              )
            );
          })}
        </ul>
      )}
    </div>
  );
}
