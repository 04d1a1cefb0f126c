import { changeInbox, myId, usePanel } from '../live/panel-store.ts';
import { api } from '../sign-in/api.ts';
import { putSession } from './put-session.ts';
import { listOf } from './session.ts';

const shown = 100;

/** My latest closed sessions; those that close from now on join by themselves. Answers false when it failed. */
export async function loadClosed(): Promise<boolean> {
  try {
    const { items = [], count } = await api.call('sessions', {
      query: { status: 'CLOSED', operatorId: myId(), sort: '-lastMessageCreatedAt', limit: shown },
    });
    changeInbox((inbox, me) => items.reduce((state, session) => putSession(state, me, session), inbox));
    setCount(count);
    usePanel.setState({ isClosedLoaded: true });
    return true;
  } catch {
    return false;
  }
}

/** How many there are, before anybody looks at them. */
export async function countClosed(): Promise<void> {
  const query = { status: 'CLOSED', operatorId: myId(), withoutItems: true };
  const answer = await api.call('sessions', { query }).catch(() => null);
  if (answer) setCount(answer.count);
}

function setCount(count = 0): void {
  usePanel.setState(({ inbox }) => {
    const me = inbox.me?.id ?? 0;
    const here = Object.values(inbox.sessions).filter((session) => listOf(session, me) === 'closed').length;
    return { closedBeyond: Math.max(0, count - here) };
  });
}
