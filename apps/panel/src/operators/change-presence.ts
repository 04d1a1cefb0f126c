import { changeInbox } from '../live/panel-store.ts';
import { errorText } from '../parts/error-text.ts';
import { notify } from '../parts/notices.ts';
import { api } from '../sign-in/api.ts';

/** Take new sessions, or take no new ones and keep the current ones. */
export async function changePresence(to: 'online' | 'paused'): Promise<void> {
  try {
    const me = await api.call(to === 'online' ? 'activate' : 'pause');
    changeInbox((inbox) => ({ ...inbox, me }));
  } catch (error) {
    notify(errorText(error), 'danger');
  }
}
