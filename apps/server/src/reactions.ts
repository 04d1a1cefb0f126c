import { botHears } from './bots/bot-hears.ts';
import { botTakesOver } from './bots/bot-takes-over.ts';
import type { Reactions } from './events/transaction.ts';
import { letGroupGo } from './routing/let-group-go.ts';
import { rerouteOperator } from './routing/reroute-operator.ts';
import { routeSession } from './routing/route-session.ts';
import { serveHelp } from './routing/serve-help.ts';
import { closeSessionsOfChannel } from './sessions/close-sessions-of-channel.ts';
import { leaveSecondPlaces } from './sessions/leave-second-places.ts';
import { tellRenamedChannel } from './sessions/tell-renamed-channel.ts';
import { tellRenamedOperator } from './sessions/tell-renamed-operator.ts';

/** INDEX: what a left noun needs → which right noun does it, in the same transaction. */
export const reactions: Reactions = {
  operatorForSession: routeSession,
  serveHelp,
  botTakesOver,
  botHears,
  groupGoes: letGroupGo,
  channelGoes: closeSessionsOfChannel,
  secondPlacesLeft: leaveSecondPlaces,
  operatorRenamed: tellRenamedOperator,
  channelRenamed: tellRenamedChannel,
  sessionsOfOperatorRouted: rerouteOperator,
};
