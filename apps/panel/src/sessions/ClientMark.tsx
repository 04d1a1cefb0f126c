import type { Session } from '@switchboard/protocol';
import { UserRound } from 'lucide-react';
import { hueOf, isOnline } from './session.ts';

/** A stranger's colour and, where there is a name, its letter; a dot while they are on the page. */
export function ClientMark({ session, large }: { session: Session; large?: boolean }) {
  const letter = [...(session.clientName?.trim() ?? '')][0]?.toLocaleUpperCase();
  return (
    <span aria-hidden className="relative shrink-0">
      <span
        className={`flex items-center justify-center rounded-full font-semibold text-on-hue select-none ${large ? 'size-10 text-lg' : 'size-8 text-md'}`}
        style={{ background: `var(--sb-color-hue-${hueOf(session)})` }}
      >
        {letter ?? <UserRound size={large ? 20 : 16} />}
      </span>
      {isOnline(session) && (
        <span className="absolute -end-px -bottom-px size-2.5 rounded-full bg-online ring-2 ring-surface" />
      )}
    </span>
  );
}
