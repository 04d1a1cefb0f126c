import { ApiError } from '@switchboard/sdk';
import i18next from 'i18next';
import { changeInbox } from '../live/panel-store.ts';
import { errorText } from '../parts/error-text.ts';
import { notify } from '../parts/notices.ts';
import { api } from '../sign-in/api.ts';
import { putSession } from './put-session.ts';
import { showList } from './use-lists.ts';

/** Mine from now on, or a word on who was faster. Answers whether it is mine. */
export async function takeSession(sessionId: string): Promise<boolean> {
  try {
    const session = await api.call('takeSession', { params: { sessionId } });
    changeInbox((inbox, me) => putSession(inbox, me, session));
    showList('mine');
    return true;
  } catch (error) {
    // To have been slower is no fault.
    const isLost = error instanceof ApiError && error.code === 'already_taken';
    notify(errorText(error), isLost ? 'plain' : 'danger');
    return false;
  }
}

export async function finishSession(sessionId: string, result: string): Promise<boolean> {
  try {
    const body = result.trim() === '' ? {} : { result: result.trim() };
    const session = await api.call('finishSession', { params: { sessionId }, body });
    changeInbox((inbox, me) => putSession(inbox, me, session));
    notify(i18next.t('session.finished'));
    return true;
  } catch (error) {
    notify(errorText(error), 'danger');
    return false;
  }
}
