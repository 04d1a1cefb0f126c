import type { Session } from '@switchboard/protocol';
import type { TFunction } from 'i18next';

/** What to call them: the name, else a mark of the client, the same in every session of theirs. */
export function clientTitle(session: Session, t: TFunction): string {
  return session.clientName?.trim() || t('client.stranger', { mark: session.clientId.slice(-4).toUpperCase() });
}
