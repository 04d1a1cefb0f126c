import { CircleCheck, CloudOff, LoaderCircle } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/Button.tsx';
import { count, span } from '../parts/format.ts';
import { useNow } from '../parts/use-now.ts';
import { usePanel } from './panel-store.ts';
import { reconnectNow } from './start-inbox.ts';

const backShownMs = 5000;
/** A blink of the network is nobody's business. */
const quietMs = 1200;

/** Honest about the connection: since when it is away, and what came when it was back. */
export function ConnectionNotice() {
  const { t } = useTranslation();
  const live = usePanel((panel) => panel.live);
  const now = useNow();
  const back = useBack();
  if (live.name === 'reconnecting') {
    if (now - live.since < quietMs) return null;
    return (
      <Bar tone="warning" icon={<LoaderCircle aria-hidden size={15} className="motion-safe:animate-spin" />}>
        <span className="flex-1 tabular-nums">{t('live.reconnecting', { span: span(now - live.since) })}</span>
        <Button small look="plain" onClick={reconnectNow}>
          {t('list.tryNow')}
        </Button>
      </Bar>
    );
  }
  if (live.name === 'stopped') {
    return (
      <Bar tone="danger" icon={<CloudOff aria-hidden size={15} />}>
        <span className="flex-1">{t('live.stopped')}</span>
        <Button small look="plain" onClick={reconnectNow}>
          {t('live.connect')}
        </Button>
      </Bar>
    );
  }
  if (back === null) return null;
  return (
    <Bar tone="success" icon={<CircleCheck aria-hidden size={15} />}>
      {back === 0 ? t('live.backNothing') : t('live.back', { count: back, n: count(back) })}
    </Bar>
  );
}

/** Events caught up, for some seconds after a notice of loss had been shown. */
function useBack(): number | null {
  const live = usePanel((panel) => panel.live);
  const lostAt = useRef<number | null>(null);
  const [back, setBack] = useState<number | null>(null);
  useEffect(() => {
    if (live.name === 'reconnecting') lostAt.current ??= live.since;
    if (live.name !== 'connected') return setBack(null);
    const lost = lostAt.current;
    lostAt.current = null;
    if (lost === null || Date.now() - lost < quietMs) return;
    setBack(live.caughtUp ?? 0);
    const timer = setTimeout(() => setBack(null), backShownMs);
    return () => clearTimeout(timer);
  }, [live]);
  return back;
}

const tones = {
  warning: 'bg-warning-soft text-warning',
  danger: 'bg-danger-soft text-danger',
  success: 'bg-success-soft text-success',
};

// Floats: what people read must not move because the network blinks.
function Bar({ tone, icon, children }: { tone: keyof typeof tones; icon: ReactNode; children: ReactNode }) {
  return (
    <div
      role="status"
      className={`fixed inset-x-4 top-16 z-30 mx-auto flex min-h-9 w-fit animate-[appear_var(--sb-duration)_var(--sb-ease)] items-center gap-2 rounded-full border border-current py-0.5 ps-3 pe-3 text-sm font-medium shadow-2 two:inset-x-auto two:start-22 two:top-auto two:bottom-3 ${tones[tone]}`}
    >
      {icon}
      {children}
    </div>
  );
}
