import type { Session } from '@switchboard/protocol';
import { Globe, type LucideIcon, Mail, MessageCircle, Phone, Send } from 'lucide-react';

const icons: Readonly<Record<string, LucideIcon>> = {
  WIDGET: Globe,
  TELEGRAM: Send,
  VIBER: Phone,
  WHATSAPP: Phone,
  EMAIL: Mail,
};

/** Where the client writes, in icon and words. */
export function ChannelMark({ session }: { session: Session }) {
  const Icon = icons[session.messengerType] ?? MessageCircle;
  return (
    <span className="flex min-w-0 items-center gap-1 text-sm text-ink-subtle">
      <Icon aria-hidden size={12} className="shrink-0" />
      <span className="truncate">{session.channel}</span>
    </span>
  );
}
