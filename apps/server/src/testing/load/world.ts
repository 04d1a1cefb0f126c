import type { Message } from '@switchboard/protocol';
import { createClient } from '@switchboard/sdk';
import { demo } from '../../demo/seed.ts';
import type { Random } from '../../simulation/random.ts';
import { type Seat, takeSeat } from './seat.ts';
import type { Servers } from './servers.ts';

/** All who act in one run, and what they keep of it. */
export interface World {
  seats: Seat[];
  groupIds: number[];
  channelIds: string[];
  /** Everybody ends what they are at, and begins nothing more. */
  isOver(): boolean;
  /** Ends early when all is over. */
  rest(milliseconds: number): Promise<unknown>;
  /** How long clients take their time just now: help fills, and operators are free again. */
  tide(): number;
  randomFor(name: number): Random;
  /** Each writer's acknowledged messages, in the order in which they were written. */
  acknowledged: Message[][];
  /** Sessions whose end was acknowledged. */
  finished: Set<string>;
  /** How often each act was answered, by name and outcome. */
  outcomes: Map<string, number>;
}

const operatorCount = 30;
const supervisorCount = 2;
// Some work in both groups, some in none, and there are those who lead.
const members = [Array.from({ length: 12 }, (_, n) => n), Array.from({ length: 12 }, (_, n) => n + 9)];
const settings = { maxSessions: 3, offlineGrace: 2 };

/** Two groups with a channel each beside the demo shop, and thirty operators at their seats. */
export async function openShop(servers: Servers): Promise<Pick<World, 'seats' | 'groupIds' | 'channelIds'>> {
  const baseUrl = servers.url(0);
  const { organizationId } = demo;
  const anyone = createClient({ baseUrl, token: () => null });
  const token = await anyone.call('companyToken', { body: { login: demo.login, password: demo.password } });
  const { call } = createClient({ baseUrl, token: () => token });
  await call('changeOrganization', { params: { organizationId }, body: settings });
  const rows = Array.from({ length: operatorCount }, (_, n) => ({ organizationId, name: `Operator ${n + 1}` }));
  const ids = (await call('synchronizeOperators', { body: rows })).map(({ id }) => id);
  for (const userId of ids.slice(-supervisorCount)) {
    await call('changeUser', { params: { userId }, body: { role: 'SUPERVISOR' } });
  }
  const groupIds: number[] = [];
  const channelIds: string[] = [demo.channelId];
  for (const [n, places] of members.entries()) {
    const operators = places.map((place) => ids[place] as number);
    const { id } = await call('createGroup', { body: { organizationId, name: `Group ${n + 1}`, operators } });
    groupIds.push(id);
    channelIds.push((await call('createChat', { body: { organizationId, name: `Shop ${n + 1}`, groupId: id } })).id);
  }
  const expiresAt = new Date(Date.now() + 3600_000).toISOString();
  const seats = await Promise.all(
    ids.map(async (id, n) => {
      const leads = n >= operatorCount - supervisorCount;
      const theirs = groupIds.filter((_, group) => leads || members[group]?.includes(n));
      const feeds = [`operator:${id}`, `organization:${organizationId}`, ...theirs.map((group) => `group:${group}`)];
      const token = await call('operatorToken', { body: { id, expiresAt } });
      return takeSeat({ id, leads, token, feeds: new Set(feeds) }, () => servers.url(n));
    }),
  );
  return { seats, groupIds, channelIds };
}
