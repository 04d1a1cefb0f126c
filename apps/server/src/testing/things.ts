import { demo } from '../demo/seed.ts';
import type { Caller, ClientCaller, TestServer } from './start-test-server.ts';

/** One of everything that the demo company can have, for somebody to name. */
export interface Things {
  sessionId: string;
  clientId: string;
  /** The client's message in it, and John's, which is the last. */
  messageId: string;
  answerId: string;
  operatorId: number;
  colleagueId: number;
  organizationId: number;
  chatId: string;
  /** A channel that nobody wrote in. */
  otherChatId: string;
  /** Named by no channel, without members. */
  groupId: number;
  botId: string;
  apiKeyId: number;
  guid: string;
}

interface Conversation {
  client: ClientCaller;
  sessionId: string;
  messageId: string;
  answerId: string;
}

/** A new client's session, which this operator has taken and answered. */
export async function beginConversation(server: TestServer, operator: Caller, words = 'Hello'): Promise<Conversation> {
  const client = await server.asClient();
  const { sessionId, id: messageId } = await client.call('widgetSend', { body: { body: words } });
  await operator.call('takeSession', { params: { sessionId } });
  const answer = await operator.call('sendMessage', { params: { sessionId }, body: { body: 'Yes?' } });
  return { client, sessionId, messageId, answerId: answer.id };
}

/** John Smith has a conversation; beside it lie a group, a bot, a channel and a key. */
export async function makeThings(server: TestServer): Promise<Things & { client: ClientCaller; john: Caller }> {
  const company = await server.asCompany();
  const { id: apiKeyId } = await company.call('createApiKey', { body: { name: 'Our key' } });
  const { organizationId, channelId, operatorId } = demo;
  const made = await server.app.transact(async (tx) => {
    const { db, at } = tx;
    const { id: groupId } = await db
      .insertInto('groups')
      .values({
        organization_id: organizationId,
        name: 'Our group',
        timer_first_answer: null,
        timer_next_answers: null,
        created_at: at,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const botId = tx.uuid();
    const script = JSON.stringify({ start: 'hello', steps: { hello: { say: 'Hello!', handOver: {} } } });
    await db
      .insertInto('bots')
      .values({
        id: botId,
        organization_id: organizationId,
        name: 'Our bot',
        script,
        created_at: at,
        updated_at: at,
        deleted_at: null,
      })
      .execute();
    const otherChatId = tx.uuid();
    const { id: _, ...channel } = await db
      .selectFrom('channels')
      .selectAll()
      .where('id', '=', channelId)
      .executeTakeFirstOrThrow();
    await db
      .insertInto('channels')
      .values({ ...channel, id: otherChatId, name: 'Our other shop' })
      .execute();
    // So that he may take whatever a test begins.
    await db.updateTable('operators').set({ max_sessions: 1000 }).where('id', '=', operatorId).execute();
    return { groupId, botId, otherChatId };
  });
  const john = await server.asOperator(operatorId);
  const { client, ...conversation } = await beginConversation(server, john, 'Our secret question');
  return {
    ...made,
    ...conversation,
    apiKeyId,
    operatorId,
    organizationId,
    client,
    john,
    clientId: client.clientId,
    colleagueId: 102,
    chatId: channelId,
    guid: channelId,
  };
}
