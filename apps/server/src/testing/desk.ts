import type { Caller, ClientCaller, TestServer } from './start-test-server.ts';

/** Operators of their own, online; those of the demo are not. */
export async function addOnline(server: TestServer, count: number) {
  const ids = await server.addOperators(count);
  const operators = [];
  for (const id of ids) {
    const call = await server.asOperator(id);
    operators.push({ id, call, line: await call.listen() });
    // One after the other, so that who came first has been longest without a session where nobody had any.
    await server.settled();
  }
  return operators;
}

export const writes = (client: ClientCaller, body = 'Hello') => client.call('widgetSend', { body: { body } });
export const limitTo = (server: TestServer, maxSessions: number, operatorIds?: number[]) =>
  server.app.transact((tx) =>
    operatorIds
      ? tx.db.updateTable('operators').set({ max_sessions: maxSessions }).where('id', 'in', operatorIds).execute()
      : tx.db.updateTable('organizations').set({ max_sessions: maxSessions }).execute(),
  );
export const holders = async (server: TestServer, sessionIds: string[]): Promise<(number | null)[]> => {
  const admin = await server.asOperator(100);
  return Promise.all(
    sessionIds.map(async (sessionId) => (await admin.call('session', { params: { sessionId } })).operatorId),
  );
};
export const finishAs = (caller: Caller, sessionId: string) => caller.call('finishSession', { params: { sessionId } });
