import { paths } from '@switchboard/protocol';
import { demo } from '../demo.ts';
import { HttpConnection } from '../http-connection.ts';

const post = paths.widgetOpen[0];

/** New operators of the demo organization; their tokens. */
export async function makeOperators(connection: HttpConnection, count: number): Promise<string[]> {
  const { login, password, organizationId } = demo;
  const company = await connection.call<string>(post, paths.companyToken[1], '', { login, password });
  const rows = Array.from({ length: count }, (_, index) => ({ organizationId, name: `Operator ${index + 1}` }));
  const made = await connection.call<{ id: number }[]>(post, paths.synchronizeOperators[1], company, rows);
  const expiresAt = new Date(Date.now() + 3600_000).toISOString();
  const tokens: string[] = [];
  for (const { id } of made) {
    tokens.push(await connection.call<string>(post, paths.operatorToken[1], company, { id, expiresAt }));
  }
  return tokens;
}

/** Until routing sees all of them. */
export async function allOnline(connection: HttpConnection, token: string, count: number): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const { count: online } = await connection.call<{ count: number }>(
      'GET',
      `${paths.users[1]}?online=true&limit=1`,
      token,
    );
    if (online >= count) return;
    if (performance.now() > deadline) throw new Error(`only ${online} of ${count} operators came online`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export interface Client {
  id: string;
  token: string;
}

/** New clients of the demo shop, opened over several connections at once. */
export async function makeClients(port: number, count: number, connections: number): Promise<Client[]> {
  const made: Client[] = [];
  let left = count;
  const open = async (): Promise<void> => {
    const connection = await HttpConnection.open(port);
    while (left > 0) {
      left--;
      const opened = await connection.call<{ clientId: string; clientToken: string }>(post, paths.widgetOpen[1], '', {
        guid: demo.channelId,
      });
      made.push({ id: opened.clientId, token: opened.clientToken });
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, open));
  return made;
}
