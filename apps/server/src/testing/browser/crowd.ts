import type { TestServer } from '../start-test-server.ts';

/**
 * Clients in help, as many as `count` with the one that waits there already; each says "Question n". Written into the
 * database as copies of that one: thousands of them by requests would take longer than all other tests together.
 */
export async function fillHelp({ database }: TestServer, sessionId: string, count: number): Promise<void> {
  const session = await database.read
    .selectFrom('sessions')
    .selectAll()
    .where('id', '=', sessionId)
    .executeTakeFirstOrThrow();
  const client = await database.read
    .selectFrom('clients')
    .selectAll()
    .where('id', '=', session.client_id)
    .executeTakeFirstOrThrow();
  const copies = Array.from({ length: count - 1 }, (_, index) => {
    const [n, clientId] = [index + 1, crypto.randomUUID()];
    const last = session.last_message?.replace(/Question \d+/g, `Question ${n}`) ?? null;
    return {
      client: { ...client, id: clientId },
      session: {
        ...session,
        id: crypto.randomUUID(),
        number: session.number + n,
        client_id: clientId,
        started_at: session.started_at + n,
        last_message: last,
        last_client_body: `Question ${n}`,
      },
    };
  });
  await database.transaction(async (db) => {
    // An engine takes only so many values in one statement.
    for (let at = 0; at < copies.length; at += 200) {
      const some = copies.slice(at, at + 200);
      await db
        .insertInto('clients')
        .values(some.map((copy) => copy.client))
        .execute();
      await db
        .insertInto('sessions')
        .values(some.map((copy) => copy.session))
        .execute();
    }
  });
}
