import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Typing } from '../inbox-state.ts';
import { usePanel } from '../live/panel-store.ts';

const shownMs = 5000;

/** Seen for five seconds after the last sign of it. */
export function TypingLine({ sessionId, clientName }: { sessionId: string; clientName: string }) {
  const { t } = useTranslation();
  const typing = usePanel((panel) => panel.inbox.typing[sessionId]);
  const shown = useFresh(typing);
  return (
    <div className="h-5 px-1 text-sm text-ink-muted">
      {shown && (
        <span className="flex items-center gap-1.5">
          <span aria-hidden className="flex gap-0.5">
            {[0, 150, 300].map((delay) => (
              <span
                key={delay}
                className="size-1.5 rounded-full motion-safe:animate-pulse bg-ink-subtle"
                style={{ animationDelay: `${delay}ms` }}
              />
            ))}
          </span>
          {shown.authorType === 'CLIENT' ? t('typing.client', { name: clientName }) : t('typing.colleague')}
        </span>
      )}
    </div>
  );
}

function useFresh(typing: Typing | undefined): Typing | undefined {
  const [over, setOver] = useState<Typing>();
  useEffect(() => {
    if (!typing) return;
    const timer = setTimeout(() => setOver(typing), shownMs);
    return () => clearTimeout(timer);
  }, [typing]);
  return typing === over ? undefined : typing;
}
