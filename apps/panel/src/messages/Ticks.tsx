import type { Message } from '@switchboard/protocol';
import { Check, CheckCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';

/** How far it has come: stored, on the client's device, read. */
export function Ticks({ message }: { message: Message }) {
  const { t } = useTranslation();
  if (message.readAt !== null) {
    return (
      <span className="flex items-center gap-0.5 text-accent-ink">
        <CheckCheck aria-hidden size={14} />
        {t('message.read')}
      </span>
    );
  }
  const Icon = message.deliveredAt === null ? Check : CheckCheck;
  return (
    <span className="flex items-center gap-0.5">
      <Icon aria-hidden size={14} />
      {t(message.deliveredAt === null ? 'message.sent' : 'message.delivered')}
    </span>
  );
}
