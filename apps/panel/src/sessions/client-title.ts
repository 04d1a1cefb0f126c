import type { Session } from '@switchboard/protocol';
import type { TFunction } from 'i18next';

/** What to call them: the name, else a number that tells two strangers apart. */
export function clientTitle(session: Session, t: TFunction): string {
  return session.clientName?.trim() || t('client.stranger', { number: session.number });
}
