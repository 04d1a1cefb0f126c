import { changeBot } from './bots/change-bot.ts';
import { createBot } from './bots/create-bot.ts';
import { deleteBot } from './bots/delete-bot.ts';
import { listBots, showBot } from './bots/list-bots.ts';
import { changeChat } from './channels/change-chat.ts';
import { createChat } from './channels/create-chat.ts';
import { deleteChat } from './channels/delete-chat.ts';
import { listChats, showChat } from './channels/list-chats.ts';
import { changeGroup } from './groups/change-group.ts';
import { createGroup } from './groups/create-group.ts';
import { deleteGroup } from './groups/delete-group.ts';
import { listGroups, showGroup } from './groups/list-groups.ts';
import { anyone, client, company, companyOrAdmin, companyOrOperator, operator } from './http/access.ts';
import { Reply, type Route, route } from './http/route.ts';
import { deleteMessage } from './messages/delete-message.ts';
import { editMessage } from './messages/edit-message.ts';
import { listClientMessages, listMessages, listOwnMessages } from './messages/list-messages.ts';
import { readByClient, readByOperator } from './messages/read-messages.ts';
import { sendClientMessage } from './messages/send-client-message.ts';
import { sendOperatorMessage } from './messages/send-operator-message.ts';
import { showMessageHistory } from './messages/show-message-history.ts';
import { clientTypes, operatorTypes } from './messages/show-typing.ts';
import { changeOperatorStatus } from './operators/change-operator-status.ts';
import { changeUser } from './operators/change-user.ts';
import { createUser } from './operators/create-user.ts';
import { issueOperatorToken } from './operators/issue-operator-token.ts';
import { listCompanyOperators } from './operators/list-company-operators.ts';
import { listUsers, showUser } from './operators/list-users.ts';
import { setPaused } from './operators/operator-presence.ts';
import { refreshSignIn } from './operators/refresh-sign-in.ts';
import { showMe } from './operators/show-me.ts';
import { signIn } from './operators/sign-in.ts';
import { signOut } from './operators/sign-out.ts';
import { synchronizeOperators } from './operators/synchronize-operators.ts';
import { validateOperatorToken } from './operators/validate-operator-token.ts';
import { changeOrganization, showOrganization } from './organizations/change-organization.ts';
import { listOrganizations } from './organizations/list-organizations.ts';
import { handToBot } from './routing/hand-to-bot.ts';
import { showRouting } from './routing/show-routing.ts';
import { takeSession } from './routing/take-session.ts';
import { transferSession } from './routing/transfer-session.ts';
import { transferToGroup } from './routing/transfer-to-group.ts';
import { banClient, unbanClient } from './sessions/ban-client.ts';
import { finishOwnSession, finishSession } from './sessions/finish-session.ts';
import { findShownSession, listSessions } from './sessions/list-sessions.ts';
import { markSpam } from './sessions/mark-spam.ts';
import { pauseSession, resumeSession } from './sessions/pause-session.ts';
import { renameSession } from './sessions/rename-session.ts';
import { addSessionOperator, removeSessionOperator } from './sessions/second-operators.ts';
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
  route('users', companyOrOperator, (app, { actor, query }) => listUsers(app, actor, query)),
  route('user', companyOrOperator, (app, { actor, params }) => showUser(app, actor, params.userId)),
  route('createUser', companyOrAdmin, (app, { actor, body }) => createUser(app, actor, body)),
  route('changeUser', companyOrAdmin, (app, { actor, params, body }) => changeUser(app, actor, { ...body, ...params })),
  route('groups', companyOrOperator, (app, { actor, query }) => listGroups(app, actor, query)),
  route('group', companyOrOperator, (app, { actor, params }) => showGroup(app, actor, params.groupId)),
  route('createGroup', companyOrAdmin, (app, { actor, body }) => createGroup(app, actor, body)),
  route('changeGroup', companyOrAdmin, (app, { actor, params, body }) =>
    changeGroup(app, actor, { ...body, ...params }),
  ),
  route('deleteGroup', companyOrAdmin, (app, { actor, params }) => deleteGroup(app, actor, params.groupId)),
  route('chats', companyOrAdmin, (app, { actor, query }) => listChats(app, actor, query)),
  route('chat', companyOrAdmin, (app, { actor, params }) => showChat(app, actor, params.chatId)),
  route('createChat', companyOrAdmin, (app, { actor, body }) => createChat(app, actor, body)),
  route('changeChat', companyOrAdmin, (app, { actor, params, body }) => changeChat(app, actor, { ...body, ...params })),
  route('deleteChat', companyOrAdmin, (app, { actor, params }) => deleteChat(app, actor, params.chatId)),
  route('organization', companyOrAdmin, (app, { actor, params }) =>
    showOrganization(app, actor, params.organizationId),
  ),
  route('changeOrganization', companyOrAdmin, (app, { actor, params, body }) =>
    changeOrganization(app, actor, { ...body, ...params }),
  ),

  route('bots', companyOrAdmin, (app, { actor, query }) => listBots(app, actor, query)),
  route('bot', companyOrAdmin, (app, { actor, params }) => showBot(app, actor, params.botId)),
  route('createBot', companyOrAdmin, (app, { actor, body }) => createBot(app, actor, body)),
  route('changeBot', companyOrAdmin, (app, { actor, params, body }) => changeBot(app, actor, { ...body, ...params })),
  route('deleteBot', companyOrAdmin, (app, { actor, params }) => deleteBot(app, actor, params.botId)),

  route('sessions', operator, (app, { actor, query }) => listSessions(app, actor, query)),
  route('session', operator, (app, { actor, params }) => findShownSession(app, actor, params.sessionId)),
  route('finishSession', operator, (app, { actor, params, body }) =>
    finishSession(app, actor, { ...params, result: body.result ?? null }),
  ),
  route('takeSession', operator, (app, { actor, params, body }) => takeSession(app, actor, { ...body, ...params })),
  route('renameSession', operator, (app, { actor, params }) => renameSession(app, actor, params)),
  route('transferSession', operator, (app, { actor, params, body }) =>
    transferSession(app, actor, { ...body, ...params }),
  ),
  route('transferToGroup', operator, (app, { actor, params, body }) =>
    transferToGroup(app, actor, { ...body, ...params }),
  ),
  route('addSessionOperator', operator, (app, { actor, params }) => addSessionOperator(app, actor, params)),
  route('removeSessionOperator', operator, (app, { actor, params }) => removeSessionOperator(app, actor, params)),
  route('handToBot', operator, (app, { actor, params }) => handToBot(app, actor, params.sessionId)),
  route('pauseSession', operator, (app, { actor, params, body }) => pauseSession(app, actor, { ...body, ...params })),
  route('resumeSession', operator, (app, { actor, params }) => resumeSession(app, actor, params.sessionId)),
  route('markSpam', operator, (app, { actor, params }) => markSpam(app, actor, params.sessionId, true)),
  route('markNotSpam', operator, (app, { actor, params }) => markSpam(app, actor, params.sessionId, false)),
  route('watchSession', operator, (app, { actor, params }) => watchSession(app, actor, params.sessionId)),
  route('unwatchSession', operator, (app, { actor, params }) => unwatchSession(app, actor, params.sessionId)),
  route('sessionRouting', operator, (app, { actor, params }) => showRouting(app, actor, params.sessionId)),
  route('messages', operator, (app, { actor, params, query }) => listMessages(app, actor, { ...query, ...params })),
  route('sendMessage', operator, async (app, { actor, params, body }) => {
    const { message, repeated } = await sendOperatorMessage(app, actor, { ...body, ...params });
    return new Reply(repeated ? 200 : 201, message);
  }),
  route('editMessage', operator, (app, { actor, params, body }) => editMessage(app, actor, { ...body, ...params })),
  route('deleteMessage', operator, (app, { actor, params }) => deleteMessage(app, actor, params)),
  route('messageHistory', operator, (app, { actor, params, query }) =>
    showMessageHistory(app, actor, { ...query, ...params }),
  ),
  route('clientMessages', operator, (app, { actor, params, query }) =>
    listClientMessages(app, actor, { ...query, ...params }),
  ),
  route('banClient', operator, (app, { actor, params }) => banClient(app, actor, params.clientId), {
    alsoVerbs: ['POST', 'PUT'],
  }),
  route('unbanClient', operator, (app, { actor, params }) => unbanClient(app, actor, params.clientId), {
    alsoVerbs: ['POST', 'PUT'],
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
