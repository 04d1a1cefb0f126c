import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientActor, CompanyActor, OperatorActor } from '../actor.ts';
import { type Running, startServer } from '../app.ts';
import { authenticate } from '../authenticate.ts';
import { insertChannel } from '../channels/channel.store.ts';
import { insertClient } from '../clients/client.store.ts';
import type { Clock } from '../clock.ts';
import { insertCompany } from '../companies/company.store.ts';
import { readConfig } from '../config.ts';
import { createGroup } from '../groups/create-group.ts';
import type { Ids } from '../ids.ts';
import { createLog } from '../log.ts';
import { issueOperatorToken } from '../operators/issue-operator-token.ts';
import { insertOperators } from '../operators/operator.store.ts';
import { insertOrganization } from '../organizations/organization.store.ts';
import type { Pattern } from './patterns.ts';

/** A clock that stands until the simulation moves it. */
export interface HeldClock extends Clock {
  at: number;
}

export interface Stage {
  server: Running;
  clock: HeldClock;
  organizationId: number;
  /** In the order of the pattern. */
  operators: OperatorActor[];
  groupIds: number[];
  /** One for each session. Of two groups the clients come in turn by `chance`. */
  clients: ClientActor[];
  [Symbol.asyncDispose](): Promise<void>;
}

const morning = Date.parse('2026-03-02T00:00:00Z');
// Nobody writes for longer than that: sessions end by their operators and clients alone.
const sessionTtlSeconds = 604_800;
const clientsAtOnce = 500;

/** Where the server keeps its data: what it is told, and how it goes away afterwards. */
export interface Place {
  settings: { data: string; 'database-url': string };
  remove(): Promise<void>;
}

function ownPlace(): Place {
  const data = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'switchboard-simulation-'));
  return {
    settings: { data, 'database-url': '' },
    remove: async () => rmSync(data, { recursive: true, force: true }),
  };
}

/** The whole server in this process with a company of the pattern's shape, its database in memory where there is some. */
export async function setStage(
  pattern: Pattern,
  { sessions, groupOf, place = ownPlace() }: { sessions: number; groupOf: (client: number) => number; place?: Place },
): Promise<Stage> {
  const clock: HeldClock = { at: morning, now: () => clock.at };
  const config = { ...readConfig(['--port', '0', '--no-demo', '--rate-limit', '0'], {}), ...place.settings };
  const server = await startServer(config, {
    clock,
    ids: countedIds(),
    log: createLog('silent'),
    timers: false,
  });
  const { app } = server;
  const founded = await app.transact(async ({ db, at }) => {
    const company = { name: 'Simulated', login: 'simulated', password_hash: '', created_at: at };
    const companyId = await insertCompany(db, company);
    const of = { company_id: companyId, name: 'Simulated', max_sessions: 1, created_at: at };
    const organizationId = await insertOrganization(db, of);
    const operators = await insertOperators(
      db,
      pattern.operators.map(({ maxSessions }, index) => ({
        ...{ company_id: companyId, organization_id: organizationId, name: `Operator ${index + 1}`, email: null },
        ...{ password_hash: null, role: 'OPERATOR', status: 0, external_id: null, max_sessions: maxSessions },
        ...{ last_session_at: null, created_at: at },
      })),
    );
    return { companyId, organizationId, operatorIds: operators.map(({ id }) => id).sort((a, b) => a - b) };
  });
  const { companyId, organizationId, operatorIds } = founded;
  const company: CompanyActor = { kind: 'company', companyId };
  const groupIds: number[] = [];
  for (let group = 0; group < pattern.groups; group++) {
    const members = operatorIds.filter((_, index) => pattern.operators[index]?.groups.includes(group));
    const asked = { organizationId, name: `Group ${group + 1}`, operators: members };
    groupIds.push((await createGroup(app, company, asked)).id);
  }
  const channelIds = Array.from({ length: Math.max(1, pattern.groups) }, () => app.ids.uuid(clock.at));
  await app.transact(async ({ db, at }) => {
    for (const [index, id] of channelIds.entries()) {
      await insertChannel(db, {
        ...{ id, organization_id: organizationId, name: `Channel ${index + 1}`, messenger_type: 'WIDGET' },
        ...{ group_id: groupIds[index] ?? null, greeting: null, busy_message: null, colours: '{}' },
        ...{ allowed_origins: '[]', session_ttl: sessionTtlSeconds, created_at: at },
      });
    }
  });
  const clients = Array.from({ length: sessions }, (_, index): ClientActor => {
    const channelId = channelIds[groupOf(index)] ?? '';
    return { kind: 'client', clientId: app.ids.uuid(clock.at), companyId, organizationId, channelId };
  });
  for (let first = 0; first < sessions; first += clientsAtOnce) {
    await app.transact(async ({ db, at }) => {
      for (const { clientId, channelId } of clients.slice(first, first + clientsAtOnce)) {
        await insertClient(db, {
          ...{ id: clientId, organization_id: organizationId, channel_id: channelId, name: null, external_id: null },
          ...{ language: null, page: null, banned_at: null, online_at: null, offline_at: null, created_at: at },
        });
      }
    });
  }
  const operators: OperatorActor[] = [];
  const expiresAt = new Date(clock.at + 24 * 3600_000).toISOString();
  for (const id of operatorIds) {
    const actor = await authenticate(app, await issueOperatorToken(app, company, { id, expiresAt }));
    if (actor.kind !== 'operator') throw new Error('the token of an operator is another');
    operators.push(actor);
  }
  return {
    ...{ server, clock, organizationId, operators, groupIds, clients },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await place.remove();
    },
  };
}

/** The same ids in the same order, every time. */
function countedIds(): Ids {
  let count = 0;
  const digits = (length: number) => (++count).toString(16).padStart(length, '0');
  return { uuid: () => `00000000-0000-7000-8000-${digits(12)}`, secret: () => digits(32) };
}
