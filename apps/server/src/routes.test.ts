import { type Body, closeCodes, type EndpointName, endpointNames, livePath, paths } from '@switchboard/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from './routes.ts';
import { type Answered, ask, expectRefusal } from './testing/ask.ts';
import { claimsOf } from './testing/claims.ts';
import { dump } from './testing/dump.ts';
import { addSecondCompany, type SecondCompany } from './testing/second-company.ts';
import { type Caller, startTestServer, type TestServer } from './testing/start-test-server.ts';
import type { OperatorClaims } from './tokens/token.ts';

// long because: one row for each route, and all that is asked of every row.
type Kind = 'company' | 'key' | 'operator' | 'supervisor' | 'administrator' | 'client';
const everyKind: Kind[] = ['company', 'key', 'operator', 'supervisor', 'administrator', 'client'];
const companies: Kind[] = ['company', 'key'];
const operators: Kind[] = ['operator', 'supervisor', 'administrator'];
const administrators: Kind[] = [...companies, 'administrator'];

/** What the demo company has, for somebody else to name. */
interface Ours {
  operatorId: number;
  sessionId: string;
  messageId: string;
  clientId: string;
  apiKeyId: number;
  groupId: number;
  chatId: string;
  botId: string;
  token: string;
  guid: string;
  expiresAt: string;
}
interface Row {
  /** Whose token opens it; `anyone` needs none. */
  who: Kind[] | 'anyone';
  /** A request that names our things. */
  asks?: (ours: Ours) => { params?: Record<string, string | number>; query?: string; body?: unknown };
  /**
   * What the same kind of caller of another company hears: that there is no such thing (404), an answer about
   * their own (`own`: nothing of ours in it), or no row to speak of because nobody is asked who they are.
   */
  others?: 404 | 'own';
}

const session = ({ sessionId }: Ours) => ({ params: { sessionId } });
const message = ({ sessionId, messageId }: Ours) => ({ params: { sessionId, messageId } });
const theClient = ({ clientId }: Ours) => ({ params: { clientId } });
const sessionAndColleague = ({ sessionId, operatorId }: Ours) => ({ params: { sessionId, userId: operatorId } });
const endsAtOnce = { start: 'bye', steps: { bye: { say: 'Bye', close: true } } };
const table: Record<EndpointName, Row> = {
  companyToken: { who: 'anyone', asks: () => ({ body: { login: 'x', password: 'x' } }) },
  organizations: { who: companies, others: 'own' },
  companyOperators: { who: [...companies, ...operators], asks: () => ({ query: '?organizationId=24' }), others: 404 },
  synchronizeOperators: {
    who: companies,
    asks: () => ({ body: [{ organizationId: 24, name: 'Intruder' }] }),
    others: 404,
  },
  operatorStatus: { who: companies, asks: ({ operatorId }) => ({ body: { id: operatorId, status: 1 } }), others: 404 },
  operatorToken: {
    who: companies,
    asks: ({ operatorId, expiresAt }) => ({ body: { id: operatorId, expiresAt } }),
    others: 404,
  },
  validateToken: { who: companies, asks: ({ token }) => ({ body: { token } }), others: 'own' },

  apiKeys: { who: [...companies, 'administrator'], others: 'own' },
  createApiKey: { who: [...companies, 'administrator'], asks: () => ({ body: { name: 'A key' } }), others: 'own' },
  revokeApiKey: {
    who: [...companies, 'administrator'],
    asks: ({ apiKeyId }) => ({ params: { id: apiKeyId } }),
    others: 404,
  },

  setUp: { who: 'anyone', asks: () => ({ body: {} }) },
  login: { who: 'anyone', asks: () => ({ body: { email: 'x', password: 'x' } }) },
  refresh: { who: 'anyone', asks: () => ({ body: { refreshToken: 'x' } }) },
  me: { who: operators, others: 'own' },
  timestamp: { who: 'anyone' },
  activate: { who: operators, others: 'own' },
  pause: { who: operators, others: 'own' },
  users: { who: [...companies, ...operators], asks: () => ({ query: '?limit=1000' }), others: 'own' },
  user: {
    who: [...companies, ...operators],
    asks: ({ operatorId }) => ({ params: { userId: operatorId } }),
    others: 404,
  },
  createUser: {
    who: administrators,
    asks: () => ({ body: { organizationId: 24, name: 'Intruder' } }),
    others: 404,
  },
  changeUser: {
    who: administrators,
    asks: ({ operatorId }) => ({ params: { userId: operatorId }, body: { maxSessions: 1 } }),
    others: 404,
  },
  groups: { who: [...companies, ...operators], asks: () => ({ query: '?limit=1000' }), others: 'own' },
  group: { who: [...companies, ...operators], asks: ({ groupId }) => ({ params: { groupId } }), others: 404 },
  createGroup: {
    who: administrators,
    asks: () => ({ body: { organizationId: 24, name: 'Intruders' } }),
    others: 404,
  },
  changeGroup: {
    who: administrators,
    asks: ({ groupId }) => ({ params: { groupId }, body: { name: 'Intruders' } }),
    others: 404,
  },
  deleteGroup: { who: administrators, asks: ({ groupId }) => ({ params: { groupId } }), others: 404 },
  chats: { who: administrators, asks: () => ({ query: '?limit=1000' }), others: 'own' },
  chat: { who: administrators, asks: ({ chatId }) => ({ params: { chatId } }), others: 404 },
  createChat: {
    who: administrators,
    asks: () => ({ body: { organizationId: 24, name: 'Intruder' } }),
    others: 404,
  },
  changeChat: {
    who: administrators,
    asks: ({ chatId }) => ({ params: { chatId }, body: { name: 'Intruder' } }),
    others: 404,
  },
  bots: { who: administrators, asks: () => ({ query: '?limit=1000' }), others: 'own' },
  bot: { who: administrators, asks: ({ botId }) => ({ params: { botId } }), others: 404 },
  createBot: {
    who: administrators,
    asks: () => ({ body: { organizationId: 24, name: 'Intruder', script: endsAtOnce } }),
    others: 404,
  },
  changeBot: {
    who: administrators,
    asks: ({ botId }) => ({ params: { botId }, body: { name: 'Intruder' } }),
    others: 404,
  },
  deleteBot: { who: administrators, asks: ({ botId }) => ({ params: { botId } }), others: 404 },
  deleteChat: { who: administrators, asks: ({ chatId }) => ({ params: { chatId } }), others: 404 },
  organization: { who: administrators, asks: () => ({ params: { organizationId: 24 } }), others: 404 },
  changeOrganization: {
    who: administrators,
    asks: () => ({ params: { organizationId: 24 }, body: { offlineGrace: 60 } }),
    others: 404,
  },

  sessions: {
    who: operators,
    asks: ({ sessionId }) => ({ query: `?limit=1000&sessionId=${sessionId}` }),
    others: 'own',
  },
  session: { who: operators, asks: session, others: 404 },
  takeSession: { who: operators, asks: session, others: 404 },
  renameSession: {
    who: operators,
    asks: ({ sessionId }) => ({ params: { sessionId, name: 'Renamed' } }),
    others: 404,
  },
  transferSession: { who: operators, asks: sessionAndColleague, others: 404 },
  addSessionOperator: { who: operators, asks: sessionAndColleague, others: 404 },
  removeSessionOperator: { who: operators, asks: sessionAndColleague, others: 404 },
  transferToGroup: {
    who: operators,
    asks: ({ sessionId, groupId }) => ({ params: { sessionId, groupId } }),
    others: 404,
  },
  handToBot: { who: operators, asks: session, others: 404 },
  pauseSession: { who: operators, asks: session, others: 404 },
  resumeSession: { who: operators, asks: session, others: 404 },
  markSpam: { who: operators, asks: session, others: 404 },
  markNotSpam: { who: operators, asks: session, others: 404 },
  watchSession: { who: operators, asks: session, others: 404 },
  unwatchSession: { who: operators, asks: session, others: 404 },
  sessionRouting: { who: operators, asks: session, others: 404 },
  messages: { who: operators, asks: session, others: 404 },
  sendMessage: { who: operators, asks: (ours) => ({ ...session(ours), body: { body: 'Intruding' } }), others: 404 },
  editMessage: { who: operators, asks: (ours) => ({ ...message(ours), body: { body: 'Intruding' } }), others: 404 },
  deleteMessage: { who: operators, asks: message, others: 404 },
  messageHistory: { who: operators, asks: message, others: 404 },
  clientMessages: { who: operators, asks: theClient, others: 404 },
  banClient: { who: operators, asks: theClient, others: 404 },
  unbanClient: { who: operators, asks: theClient, others: 404 },
  readSession: {
    who: operators,
    asks: (ours) => ({ ...session(ours), body: { messageId: ours.messageId } }),
    others: 404,
  },
  readMessage: { who: operators, asks: ({ messageId }) => ({ params: { messageId } }), others: 404 },
  typing: { who: operators, asks: session, others: 404 },
  finishSession: { who: operators, asks: session, others: 404 },
  logout: { who: operators, others: 'own' },

  widgetOpen: { who: 'anyone', asks: ({ guid }) => ({ body: { guid } }) },
  widgetSend: { who: ['client'], asks: () => ({ body: { body: 'Hello' } }), others: 'own' },
  widgetMessages: { who: ['client'], others: 'own' },
  widgetRead: { who: ['client'], asks: ({ messageId }) => ({ body: { messageId } }), others: 404 },
  widgetTyping: { who: ['client'], others: 'own' },
  widgetFinish: { who: ['client'], others: 'own' },
};

let server: TestServer;
let rival: SecondCompany;
let ours: Ours;
let tokens: Record<Kind, string>;
let foreign: Record<Kind, string>;
/** Of the same company, in another organization. */
let neighbours: string[];
/** Of the same organization, in another group than the session that `grouped` names. */
let outsider: string;
let grouped: Ours;
/** Tokens that were good: which answer each gets now. */
let spent: Record<string, { token: string; code: 'token_expired' | 'unauthorized' }>;

beforeAll(async () => {
  server = await startTestServer();
  const company = await server.asCompany();
  const { key } = await company.call('createApiKey', { body: { name: 'Our key' } });
  const { id: apiKeyId } = await company.call('createApiKey', { body: { name: 'Our other key' } });
  const { id: groupId } = await company.call('createGroup', { body: { organizationId: 24, name: 'Our group' } });
  const { id: chatId } = await company.call('createChat', { body: { organizationId: 24, name: 'Our shop' } });
  const { id: botId } = await company.call('createBot', {
    body: { organizationId: 24, name: 'Our bot', script: endsAtOnce },
  });
  const client = await server.asClient();
  const sent = await client.call('widgetSend', { body: { body: 'Our secret question' } });
  const operator = await server.asOperator(101);
  await operator.call('takeSession', { params: { sessionId: sent.sessionId } });
  const person = async (of: Caller, body: Body<'createUser'>) => {
    const { id } = await of.call('createUser', { body });
    return of.call('operatorToken', { body: { id, expiresAt: inAnHour } });
  };
  const inAnHour = new Date(server.clock.now() + 3600_000).toISOString();
  const supervisor = await person(company, { organizationId: 24, name: 'Our Supervisor', role: 'SUPERVISOR' });
  neighbours = [
    await person(company, { organizationId: 6, name: 'Bill Ing' }),
    await person(company, { organizationId: 6, name: 'Bella Ing', role: 'SUPERVISOR' }),
  ];
  ours = {
    operatorId: 102,
    sessionId: sent.sessionId,
    messageId: sent.id,
    clientId: client.clientId,
    apiKeyId,
    groupId,
    chatId,
    botId,
    token: operator.token,
    guid: '00000000-0000-4000-8000-000000000024',
    expiresAt: inAnHour,
  };
  tokens = {
    company: company.token,
    key,
    operator: operator.token,
    supervisor,
    administrator: (await server.asOperator(100)).token,
    client: client.token,
  };
  rival = await addSecondCompany(server);
  foreign = {
    company: rival.company.token,
    key: rival.apiKey.token,
    operator: rival.operator.token,
    supervisor: await person(rival.company, {
      organizationId: rival.organizationId,
      name: 'Ruth Rival',
      role: 'SUPERVISOR',
    }),
    administrator: rival.administrator.token,
    client: rival.client.token,
  };
  outsider = await person(company, { organizationId: 24, name: 'Out Sider' });
  grouped = await inAGroup(company, operator);
  spent = await spentTokens(company);
});
afterAll(() => server[Symbol.asyncDispose]());

/** The same things again, with a session that belongs to a group of whom John is. */
async function inAGroup(company: Caller, john: Caller): Promise<Ours> {
  const { id: groupId } = await company.call('createGroup', {
    body: { organizationId: 24, name: 'Our closed group', operators: [101] },
  });
  const client = await server.asClient();
  const { sessionId, id: messageId } = await client.call('widgetSend', { body: { body: 'Our secret of the group' } });
  await john.call('transferToGroup', { params: { sessionId, groupId } });
  await john.call('takeSession', { params: { sessionId } });
  return { ...ours, groupId, sessionId, messageId, clientId: client.clientId };
}

async function spentTokens(company: Caller): Promise<typeof spent> {
  const { id } = await company.call('createUser', { body: { organizationId: 24, name: 'Gone Tomorrow' } });
  const deactivated = await company.call('operatorToken', { body: { id, expiresAt: ours.expiresAt } });
  await company.call('operatorStatus', { body: { id, status: 1 } });
  const { id: keyId, key } = await company.call('createApiKey', { body: { name: 'Our spent key' } });
  await company.call('revokeApiKey', { params: { id: keyId } });
  const exp = Math.floor(server.clock.now() / 1000) - 1;
  const { operator_id, sid } = claimsOf(tokens.operator).payload as unknown as OperatorClaims;
  const { sign } = server.app.tokens;
  return {
    'an expired operator token': { token: sign({ operator_id, sid, exp }), code: 'token_expired' },
    'an expired company token': { token: sign({ company_id: 1, exp }), code: 'token_expired' },
    'a deactivated operator': { token: deactivated, code: 'unauthorized' },
    'a revoked key': { token: key, code: 'unauthorized' },
  };
}

function request(
  name: EndpointName,
  token?: string,
  { verb = paths[name][0] as string, prefixed = true, of = ours } = {},
) {
  const { params = {}, query = '', body } = table[name].asks?.(of) ?? {};
  let path: string = prefixed ? paths[name][1] : paths[name][1].replace(/^\/api\/v1/, '');
  for (const [key, value] of Object.entries(params)) path = path.replace(`:${key}`, String(value));
  return ask(server, `${verb} ${path}${query}`, { token, body });
}

const nothingOfOurs = (answer: Answered) => {
  for (const secret of ['Our', 'John', 'Sarah', 'Customer Support', 'demo', ours.sessionId, ours.messageId])
    expect(answer.text).not.toContain(secret);
};

test('every route is in the table, and every endpoint of the protocol is a route', () => {
  expect(routes.map(({ endpoint }) => endpoint).sort()).toEqual(Object.keys(table).sort());
  expect([...endpointNames].sort()).toEqual(Object.keys(table).sort());
});

const rows = Object.entries(table) as [EndpointName, Row][];
const closed = rows.filter(([, { who }]) => who !== 'anyone') as [EndpointName, Row & { who: Kind[] }][];

describe.each(rows.filter(([, { who }]) => who === 'anyone'))('%s', (name) => {
  test('needs no token, and a wrong one does no harm', async () => {
    const without = await request(name);
    expect(without.status).toBeLessThan(500);
    for (const token of ['nonsense', tokens.client]) expect((await request(name, token)).status).toBe(without.status);
  });
});

describe.each(closed)('%s', (name, { who, others }) => {
  const { alsoVerbs = [] } = routes.find(({ endpoint }) => endpoint === name) ?? {};
  const ways = [paths[name][0], ...alsoVerbs].flatMap((verb) => [
    { verb, prefixed: true },
    ...(paths[name][1].startsWith('/api/v1') ? [{ verb, prefixed: false }] : []),
  ]);

  test('without a token, with nonsense or a spent one: 401, by every verb and path', async () => {
    const before = await untouched();
    for (const way of ways) {
      expectRefusal(await request(name, undefined, way), 401, 'unauthorized');
      for (const nonsense of ['nonsense', 'sbk_nonsense', 'sbc_nonsense', 'a.b.c']) {
        expectRefusal(await request(name, nonsense, way), 401, 'unauthorized');
      }
      for (const { token, code } of Object.values(spent)) {
        const answer = await request(name, token, way);
        expectRefusal(answer, 401, code);
        if (code === 'token_expired') expect(answer.json).toMatchObject({ error: 'Token is expired.' });
      }
    }
    expect(await untouched()).toBe(before);
  });

  const wrongKinds = everyKind.filter((one) => !who.includes(one));
  test(`403 to ${wrongKinds.join(', ')}, by every verb and path`, async () => {
    const before = await untouched();
    for (const kind of wrongKinds) {
      for (const way of ways) expectRefusal(await request(name, tokens[kind], way), 403, 'forbidden');
    }
    expect(await untouched()).toBe(before);
  });

  if (others === 404) {
    test('to another company, and another organization, our things do not exist, and nothing changes', async () => {
      const before = await untouched();
      const strangers = [...who.map((kind) => foreign[kind]), ...(who.includes('operator') ? neighbours : [])];
      for (const token of strangers) {
        for (const way of ways) {
          const answer = await request(name, token, way);
          expectRefusal(answer, 404, 'not_found');
          nothingOfOurs(answer);
        }
      }
      expect(await untouched()).toBe(before);
    });
  } else {
    test('another company hears of its own only', async () => {
      for (const kind of who.filter((one) => name !== 'logout' || one === 'operator')) {
        const answer = await request(name, foreign[kind]);
        expect(answer.status).toBeLessThan(300);
        nothingOfOurs(answer);
      }
      if (name === 'logout') foreign.operator = await signInAgain();
    });
  }

  if (/:(sessionId|messageId|clientId)/.test(paths[name][1])) {
    test('what belongs to a group does not exist for a colleague outside it, and nothing changes', async () => {
      const before = await untouched();
      for (const way of ways) {
        const answer = await request(name, outsider, { ...way, of: grouped });
        expectRefusal(answer, 404, 'not_found');
        nothingOfOurs(answer);
      }
      expect(await untouched()).toBe(before);
    });
  }
});

test('lists leave out what belongs to a group the caller is not in', async () => {
  for (const [name, token] of [
    ['sessions', outsider],
    ['sessions', neighbours[0]],
    ['sessions', neighbours[1]],
  ] as const) {
    const answer = await request(name, token, { of: grouped });
    expect(answer.json).toEqual({ count: 0, items: [] });
  }
  for (const kind of operators) {
    expect((await request('sessions', tokens[kind], { of: grouped })).json).toMatchObject({ count: 1 });
  }
});

/** The database without when an API key was used. */
async function untouched(): Promise<string> {
  await server.settled();
  return (await dump(server)).replace(/"last_used_at":\d+/g, '"last_used_at":null');
}

async function signInAgain(): Promise<string> {
  const body = { id: rival.operatorId, expiresAt: ours.expiresAt };
  return rival.company.call('operatorToken', { body });
}

const liveTable: Record<string, { token: () => string | undefined; application?: 'widget'; closed: object | null }> = {
  'an operator': { token: () => tokens.operator, closed: null },
  'a supervisor': { token: () => tokens.supervisor, closed: null },
  'an administrator': { token: () => tokens.administrator, closed: null },
  'a client': { token: () => tokens.client, application: 'widget', closed: null },
  'a client as an operator': { token: () => tokens.client, closed: closeCodes.badToken },
  'an operator as a client': { token: () => tokens.operator, application: 'widget', closed: closeCodes.badToken },
  'a company token': { token: () => tokens.company, closed: closeCodes.badToken },
  'an API key': { token: () => tokens.key, closed: closeCodes.badToken },
  nonsense: { token: () => 'nonsense', closed: closeCodes.badToken },
  'no token': { token: () => undefined, closed: closeCodes.badToken },
  'an expired operator token': {
    token: () => spent['an expired operator token']?.token,
    closed: closeCodes.tokenExpired,
  },
  'an expired company token': {
    token: () => spent['an expired company token']?.token,
    closed: closeCodes.tokenExpired,
  },
  'a deactivated operator': { token: () => spent['a deactivated operator']?.token, closed: closeCodes.badToken },
};

describe('live', () => {
  test.each(Object.entries(liveTable))('%s', async (_, { token, application = 'notifications', closed }) => {
    const before = await untouched();
    const ended = await connectionEnds(application, token());
    if (closed === null) expect(ended).toBe('connected');
    else expect(ended).toEqual(closed);
    if (closed !== null) expect(await untouched()).toBe(before);
  });

  test('each hears the feeds of its own organization and groups, nothing else', async () => {
    const feedsOf = async (token: string) => (await server.withToken(token).listen()).feeds().sort();
    const outsiders = await feedsOf(outsider);
    expect(outsiders).toEqual([expect.stringMatching(/^operator:/), 'organization:24']);
    const johns = await feedsOf(tokens.operator);
    expect(johns).toEqual([`group:${grouped.groupId}`, 'operator:101', 'organization:24']);
    expect(await feedsOf(tokens.supervisor)).toEqual(expect.arrayContaining([`group:${grouped.groupId}`]));
    expect(await feedsOf(neighbours[1] ?? '')).toEqual([expect.stringMatching(/^operator:/), 'organization:6']);
    expect(await feedsOf(foreign.operator)).toEqual([
      `operator:${rival.operatorId}`,
      `organization:${rival.organizationId}`,
    ]);
  });
});

/** With which code it is refused, `connected` when it is not. A bare socket: it does not come back. */
function connectionEnds(application: string, token: string | undefined): Promise<unknown> {
  const socket = new WebSocket(server.url.replace(/^http/, 'ws') + livePath);
  return new Promise((resolve) => {
    socket.onopen = () =>
      socket.send(JSON.stringify({ id: 1, connect: { data: { application, settings: { token } } } }));
    socket.onclose = ({ code, reason }) => resolve({ code, reason });
    socket.onmessage = ({ data }) => {
      if (!JSON.parse(String(data).split('\n')[0] ?? '').connect) return;
      resolve('connected');
      socket.close();
    };
  });
}

// Last, because it changes things: whoever may, is let in.
describe.each(closed)('%s', (name, { who }) => {
  const { alsoVerbs = [] } = routes.find(({ endpoint }) => endpoint === name) ?? {};
  test(`is open to ${who.join(', ')}`, async () => {
    for (const kind of who) {
      for (const verb of [paths[name][0], ...alsoVerbs]) {
        for (const prefixed of paths[name][1].startsWith('/api/v1') ? [true, false] : [true]) {
          const { status, json } = await request(name, tokens[kind], { verb, prefixed });
          expect({ status, json }).not.toMatchObject({ status: 401 });
          expect({ status, json }).not.toMatchObject({ json: { code: 'forbidden' } });
          expect({ status, json }).not.toMatchObject({
            json: { error: expect.stringMatching(/^There is nothing at/) },
          });
          expect(status).toBeLessThan(500);
          if (name === 'logout') tokens[kind] = await again(kind);
        }
      }
    }
  });
});

async function again(kind: Kind): Promise<string> {
  const { operator_id } = claimsOf(tokens[kind]).payload as unknown as OperatorClaims;
  return (await server.asOperator(operator_id)).token;
}
