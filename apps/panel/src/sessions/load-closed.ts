import { changeInbox, myId, usePanel } from '../live/panel-store.ts';
import { api } from '../sign-in/api.ts';
import { putSession } from './put-session.ts';

const shown = 100;

/** My latest closed sessions; those that close from now on join by themselves. Answers false when it failed. */
export async function loadClosed(): Promise<boolean> {
  try {
    const { items = [], count } = await api.call('sessions', {
      query: { status: 'CLOSED', operatorId: myId(), sort: '-lastMessageCreatedAt', limit: shown },
    });
    changeInbox((inbox, me) => items.reduce((state, session) => putSession(state, me, session), inbox));
    usePanel.setState({ closedBeyond: Math.max(0, (count ?? 0) - items.length) });
    return true;
  } catch {
    return false;
  }
}
