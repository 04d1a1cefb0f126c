import type { Session } from '@switchboard/protocol';
import type { TFunction } from 'i18next';

/** How a session stands, and with whom. */
export function statusText({ status, operatorName: name }: Session, t: TFunction): string {
  return status === 'CLOSED' && name ? t('session.closedWith', { name }) : t(`session.status.${status}`, { name });
}
