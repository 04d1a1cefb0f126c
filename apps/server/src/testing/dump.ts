import type { Tables } from '../database/tables.ts';
import type { TestServer } from './start-test-server.ts';

const names = [
  'companies',
  'api_keys',
  'organizations',
  'operators',
  'groups',
  'group_members',
  'sign_ins',
  'refresh_tokens',
  'channels',
  'clients',
  'sessions',
  'session_operators',
  'read_marks',
  'messages',
  'routing_decisions',
  'feeds',
  'events',
  'idempotency',
  'settings',
] as const satisfies (keyof Tables)[];

/** Every row of every table, in one comparable text. */
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
