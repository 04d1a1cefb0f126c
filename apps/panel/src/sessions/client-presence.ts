import type { OperatorEvents } from '@switchboard/protocol';
import type { InboxState } from '../inbox-state.ts';
import { patchSession } from './put-session.ts';

export function clientCame(state: InboxState, { sessionId, at }: OperatorEvents['clientOnline']): InboxState {
  return patchSession(state, sessionId, (session) =>
    (session.clientOnlineAt ?? '') >= at || (session.clientOfflineAt ?? '') >= at
      ? session
      : { ...session, clientOnlineAt: at, clientOfflineAt: null },
  );
}

export function clientWent(state: InboxState, { sessionId, at }: OperatorEvents['clientOffline']): InboxState {
  return patchSession(state, sessionId, (session) =>
    (session.clientOfflineAt ?? session.clientOnlineAt ?? '') >= at ? session : { ...session, clientOfflineAt: at },
  );
}
