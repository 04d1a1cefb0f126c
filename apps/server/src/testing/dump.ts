import type { Tables } from '../database/tables.ts';
import type { TestServer } from './start-test-server.ts';

/** Whether only requests change it. A new table does not compile before it is here. */
const isOfRequests: Record<keyof Tables, boolean> = {
  companies: true,
  api_keys: true,
  organizations: true,
  operators: true,
  groups: true,
  group_members: true,
  sign_ins: true,
  refresh_tokens: true,
  channels: true,
  bots: true,
  clients: true,
  sessions: true,
  session_operators: true,
  read_marks: true,
  messages: true,
  message_versions: true,
  routing_decisions: true,
  feeds: true,
  events: true,
  idempotency: true,
  settings: true,
  // Who is connected to which process.
  nodes: false,
  connections: false,
};
const names = (Object.keys(isOfRequests) as (keyof Tables)[]).filter((name) => isOfRequests[name]);

/** Every row of every table that requests change, in one comparable text. */
export async function dump({ database }: Pick<TestServer, 'database'>): Promise<string> {
  const tables: string[] = [];
  for (const name of names) {
    const rows = await database.read.selectFrom(name).selectAll().execute();
    tables.push(
      `${name}\n${rows
        .map((row) => JSON.stringify(row))
        .sort()
        .join('\n')}`,
    );
  }
  return tables.join('\n\n');
}
