import type { Session } from '@switchboard/protocol';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LinkedText } from '../messages/LinkedText.tsx';
import { dateAndTime, span } from '../parts/format.ts';
import { IconButton } from '../parts/IconButton.tsx';
import { useNow } from '../parts/use-now.ts';
import { ClientMark } from './ClientMark.tsx';
import { clientTitle } from './client-title.ts';
import { isOnline } from './session.ts';
import { statusText } from './status-text.ts';

/** Who they are and how they came. What is not known is not shown. */
export function ClientPanel({ session, onClose }: { session: Session; onClose: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const online = isOnline(session);
  const place = [session.coordinates?.city, session.coordinates?.country_code].filter(Boolean).join(', ');
  const seenAt = session.clientOfflineAt;
  return (
    <aside aria-label={t('client.panel')} className="flex h-full flex-col overflow-y-auto bg-surface">
      <div className="flex items-start gap-3 p-4">
        <ClientMark session={session} large />
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold wrap-anywhere">
            <bdi>{clientTitle(session, t)}</bdi>
          </h2>
          <p className="flex items-center gap-1.5 text-sm text-ink-muted">
            <span aria-hidden className={`size-2 rounded-full ${online ? 'bg-online' : 'bg-offline'}`} />
            {online && t('client.online')}
            {!online && (seenAt ? t('client.seen', { span: span(now - Date.parse(seenAt)) }) : t('client.offline'))}
          </p>
        </div>
        <IconButton icon={X} label={t('client.hide')} onClick={onClose} className="-me-2 -mt-1" />
      </div>
      <Section title={t('client.client')}>
        <Fact name={t('client.externalId')}>{session.clientExternalId}</Fact>
        <Fact name={t('client.place')}>{place}</Fact>
        <Fact name={t('client.page')}>{session.referer && <LinkedText text={session.referer} />}</Fact>
      </Section>
      <Section title={t('session.session')}>
        <Fact name={t('session.number')}>#{session.number}</Fact>
        <Fact name={t('session.channel')}>{session.channel}</Fact>
        <Fact name={t('session.state')}>{statusText(session, t)}</Fact>
        <Fact name={t('session.operator')}>{session.operators.map((operator) => operator.name).join(', ')}</Fact>
        <Fact name={t('session.previousOperator')}>{session.previousOperator?.name}</Fact>
        <Fact name={t('session.started')}>{dateAndTime(session.startedAt)}</Fact>
        <Fact name={t('session.assigned')}>
          {session.operatorAssignedAt && dateAndTime(session.operatorAssignedAt)}
        </Fact>
        <Fact name={t('session.closed')}>{session.closedAt && dateAndTime(session.closedAt)}</Fact>
        <Fact name={t('session.result')}>{session.result}</Fact>
        <Fact name={t('session.tags')}>{session.tags.join(', ')}</Fact>
      </Section>
    </aside>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-t border-line px-4 py-3">
      <h3 className="mb-1.5 text-sm font-semibold text-ink-muted">{title}</h3>
      <dl className="flex flex-col gap-1.5">{children}</dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <div className="flex gap-3">
      <dt className="w-24 shrink-0 text-sm leading-5 text-ink-subtle">{name}</dt>
      <dd className="min-w-0 flex-1 text-md leading-5 wrap-anywhere">
        <bdi>{children}</bdi>
      </dd>
    </div>
  );
}
