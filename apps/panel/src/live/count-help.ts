import { listOf } from '../sessions/session.ts';
import { api } from '../sign-in/api.ts';
import { usePanel } from './panel-store.ts';

const pauseMs = 2000;
let isCounting = false;

/** When Help is longer than what was loaded, events cannot tell its length: the server is asked, now and then. */
export function countHelp(): void {
  if (isCounting || usePanel.getState().helpBeyond === 0) return;
  isCounting = true;
  setTimeout(async () => {
    isCounting = false;
    const answer = await api.call('sessions', { query: { status: 'HELP', withoutItems: true } }).catch(() => null);
    if (!answer) return;
    usePanel.setState(({ inbox }) => {
      const me = inbox.me?.id ?? 0;
      const shown = Object.values(inbox.sessions).filter((session) => listOf(session, me) === 'help').length;
      return { helpBeyond: Math.max(0, (answer.count ?? 0) - shown) };
    });
  }, pauseMs);
}
