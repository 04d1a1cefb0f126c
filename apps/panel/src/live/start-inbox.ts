import type { LiveEvent } from '@switchboard/protocol';
import { livePath } from '@switchboard/protocol/paths';
import { connectLive, type Live, type LiveState } from '@switchboard/sdk';
import { applyEvent } from '../apply-event.ts';
import { loadConversation } from '../messages/load-messages.ts';
import { api, freshToken, refreshToken } from '../sign-in/api.ts';
import { currentToken, leave, useSignIn } from '../sign-in/credentials.ts';
import { badToken, endedBy } from './close-codes.ts';
import { countHelp } from './count-help.ts';
import { tellHeard } from './heard.ts';
import { inOneGo } from './in-one-go.ts';
import { loadInbox } from './load-inbox.ts';
import { changeInbox, emptyPanel, inboxNow, myId, usePanel } from './panel-store.ts';

let live: Live | null = null;
export const reconnectNow = (): void => live?.reconnect();

/** Connects first and loads then, so that nothing falls between. Answers with the way to stop. */
export function startInbox(): () => void {
  let buffer: LiveEvent[] | null = [];
  let loads = 0;

  const load = async (): Promise<void> => {
    buffer ??= [];
    const load = ++loads;
    for (let attempt = 1; load === loads; attempt++) {
      try {
        const snapshot = await loadInbox(inboxNow().openId);
        if (load !== loads) return;
        const me = snapshot.inbox.me?.id ?? 0;
        const inbox = (buffer ?? []).reduce((state, event) => applyEvent(state, me, event), snapshot.inbox);
        buffer = null;
        const { openId } = inboxNow();
        usePanel.setState({
          inbox: { ...inbox, openId },
          phase: 'ready',
          helpBeyond: snapshot.helpBeyond,
          closedBeyond: null,
          isClosedLoaded: false,
        });
        return;
      } catch {
        if (load !== loads || useSignIn.getState().phase !== 'signedIn') return;
        if (usePanel.getState().phase !== 'ready') usePanel.setState({ phase: 'failed' });
        await new Promise((resolve) => setTimeout(resolve, Math.min(10_000, 500 * 2 ** attempt)));
      }
    }
  };

  const hear = inOneGo((events: readonly LiveEvent[]) => {
    if (buffer) buffer.push(...events);
    else changeInbox((inbox, me) => events.reduce((state, event) => applyEvent(state, me, event), inbox));
    for (const event of events) tellHeard(event);
    // Sent away: the older of two sign-ins closes by itself.
    if (inboxNow().ended) live?.close();
    closeGap();
    countHelp();
  });

  const follow = (state: LiveState): void => {
    usePanel.setState({ live: state });
    if (state.name !== 'stopped') return;
    const cause = endedBy.get(state.code);
    if (cause === 'elsewhere') changeInbox((inbox) => ({ ...inbox, ended: { cause, reason: state.reason } }));
    else if (cause) leave(cause);
    else if (state.code === badToken) void retryWithNewToken();
  };

  usePanel.setState({ ...emptyPanel, inbox: { ...emptyPanel.inbox, openId: inboxNow().openId } });
  live = connectLive({
    url: livePath,
    getToken: freshToken,
    onEvent: hear,
    onState: follow,
    onReload: () => void load(),
  });
  const stopWatching = useSignIn.subscribe(({ credentials }, before) => {
    if (credentials && before.credentials && credentials.token !== before.credentials.token) void sameOperator();
  });
  return () => {
    loads += 1;
    stopWatching();
    live?.close();
    live = null;
  };
}

function closeGap(): void {
  for (const [sessionId, conversation] of Object.entries(inboxNow().conversations)) {
    if (conversation.hasGap && conversation.phase === 'ready') void loadConversation(sessionId);
  }
}

async function retryWithNewToken(): Promise<void> {
  if (await refreshToken(currentToken()).catch(() => false)) reconnectNow();
}

/** Another tab may have signed in as somebody else: nothing on this screen is theirs. */
async function sameOperator(): Promise<void> {
  const me = await api.call('me').catch(() => null);
  if (me && me.id !== myId()) location.reload();
}
