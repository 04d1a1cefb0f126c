import { anyone, client, company, companyOrAdmin, companyOrOperator, operator } from './http/access.ts';
import { Reply, type Route, route } from './http/route.ts';
import { listMessages, listOwnMessages } from './messages/list-messages.ts';
import { readByClient, readByOperator } from './messages/read-messages.ts';
import { sendClientMessage } from './messages/send-client-message.ts';
import { sendOperatorMessage } from './messages/send-operator-message.ts';
import { clientTypes, operatorTypes } from './messages/show-typing.ts';
import { changeOperatorStatus } from './operators/change-operator-status.ts';
import { issueOperatorToken } from './operators/issue-operator-token.ts';
import { listCompanyOperators } from './operators/list-company-operators.ts';
import { listUsers } from './operators/list-users.ts';
import { setPaused } from './operators/operator-presence.ts';
import { refreshSignIn } from './operators/refresh-sign-in.ts';
import { showMe } from './operators/show-me.ts';
import { signIn } from './operators/sign-in.ts';
import { signOut } from './operators/sign-out.ts';
import { synchronizeOperators } from './operators/synchronize-operators.ts';
import { validateOperatorToken } from './operators/validate-operator-token.ts';
import { listOrganizations } from './organizations/list-organizations.ts';
import { showRouting } from './routing/show-routing.ts';
import { takeSession } from './routing/take-session.ts';
import { finishOwnSession, finishSession } from './sessions/finish-session.ts';
import { findShownSession, listSessions } from './sessions/list-sessions.ts';
import { unwatchSession, watchSession } from './sessions/watch-session.ts';
import { setUp } from './setup/set-up.ts';
import { createApiKey, listApiKeys, revokeApiKey } from './tokens/api-keys.ts';
import { issueCompanyToken } from './tokens/issue-company-token.ts';
import { openWidget } from './widget/open-widget.ts';

/** INDEX: endpoint → who may → action. */
export const routes: Route[] = [
  route('companyToken', anyone, (app, { body, address }) => issueCompanyToken(app, { ...body, address })),
  route('organizations', company, (app, { actor }) => listOrganizations(app, actor)),
  route('companyOperators', companyOrOperator, (app, { actor, query }) => listCompanyOperators(app, actor, query)),
  route('synchronizeOperators', company, (app, { actor, body }) => synchronizeOperators(app, actor, body)),
  route('operatorStatus', company, (app, { actor, body }) => changeOperatorStatus(app, actor, body)),
  route('operatorToken', company, (app, { actor, body }) => issueOperatorToken(app, actor, body)),
  route('validateToken', company, (app, { actor, body }) => validateOperatorToken(app, actor, body)),

  route('apiKeys', companyOrAdmin, (app, { actor }) => listApiKeys(app, actor)),
  route('createApiKey', companyOrAdmin, (app, { actor, body }) => createApiKey(app, actor, body)),
  route('revokeApiKey', companyOrAdmin, (app, { actor, params }) => revokeApiKey(app, actor, params.id)),

  route('setUp', anyone, (app, { body }) => setUp(app, body)),
  route('login', anyone, (app, { body, address }) => signIn(app, { ...body, address })),
  route('refresh', anyone, (app, { body }) => refreshSignIn(app, body)),
  route('logout', operator, async (app, { actor }) => {
    await signOut(app, actor);
    return {};
  }),
  route('me', operator, (app, { actor }) => showMe(app, actor)),
  route('timestamp', anyone, async (app) => {
    const ms = app.clock.now();
    return { timestamp: Math.floor(ms / 1000), ms };
  }),
  route('activate', operator, (app, { actor }) => setPaused(app, actor, false), { alsoVerbs: ['POST', 'PUT'] }),
  route('pause', operator, (app, { actor }) => setPaused(app, actor, true), { alsoVerbs: ['POST', 'PUT'] }),
  route('users', operator, (app, { actor, query }) => listUsers(app, actor, query)),

  route('sessions', operator, (app, { actor, query }) => listSessions(app, actor, query)),
  route('session', operator, (app, { actor, params }) => findShownSession(app, actor, params.sessionId)),
  route('finishSession', operator, (app, { actor, params, body }) =>
    finishSession(app, actor, { ...params, result: body.result ?? null }),
  ),
  route('takeSession', operator, (app, { actor, params }) => takeSession(app, actor, params.sessionId)),
  route('watchSession', operator, (app, { actor, params }) => watchSession(app, actor, params.sessionId)),
  route('unwatchSession', operator, (app, { actor, params }) => unwatchSession(app, actor, params.sessionId)),
  route('sessionRouting', operator, (app, { actor, params }) => showRouting(app, actor, params.sessionId)),
  route('messages', operator, (app, { actor, params, query }) => listMessages(app, actor, { ...query, ...params })),
  route('sendMessage', operator, async (app, { actor, params, body }) => {
    const { message, repeated } = await sendOperatorMessage(app, actor, { ...body, ...params });
    return new Reply(repeated ? 200 : 201, message);
  }),
  route('readSession', operator, (app, { actor, params, body }) => readByOperator(app, actor, { ...body, ...params })),
  route('readMessage', operator, (app, { actor, params }) => readByOperator(app, actor, params)),
  route('typing', operator, (app, { actor, params }) => operatorTypes(app, actor, params.sessionId)),

  route('widgetOpen', anyone, (app, { body, origin }) => openWidget(app, body, origin)),
  route('widgetSend', client, async (app, { actor, body }) => {
    const { message, repeated } = await sendClientMessage(app, actor, body);
    return new Reply(repeated ? 200 : 201, message);
  }),
  route('widgetMessages', client, (app, { actor, query }) => listOwnMessages(app, actor, query)),
  route('widgetRead', client, (app, { actor, body }) => readByClient(app, actor, body)),
  route('widgetTyping', client, (app, { actor }) => clientTypes(app, actor)),
  route('widgetFinish', client, (app, { actor }) => finishOwnSession(app, actor)),
];
