import { type EndpointName, endpointNames, paths } from '@switchboard/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from './routes.ts';
import { type Answered, ask, expectRefusal } from './testing/ask.ts';
import { dump } from './testing/dump.ts';
import { addSecondCompany, type SecondCompany } from './testing/second-company.ts';
import { startTestServer, type TestServer } from './testing/start-test-server.ts';

type Kind = 'company' | 'key' | 'operator' | 'administrator' | 'client';
const everyKind: Kind[] = ['company', 'key', 'operator', 'administrator', 'client'];
const companies: Kind[] = ['company', 'key'];
const operators: Kind[] = ['operator', 'administrator'];
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
  widgetMessages: { who: ['client'], asks: ({ messageId }) => ({ query: `?before=${messageId}` }), others: 'own' },
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
let neighbour: string;

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
  const [other] = await company.call('synchronizeOperators', { body: [{ organizationId: 6, name: 'Bill Ing' }] });
  neighbour = (await server.asOperator(other?.id)).token;
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
    expiresAt: new Date(server.clock.now() + 3600_000).toISOString(),
  };
  tokens = {
    company: company.token,
    key,
    operator: operator.token,
    administrator: (await server.asOperator(100)).token,
    client: client.token,
  };
  rival = await addSecondCompany(server);
  foreign = {
    company: rival.company.token,
    key: rival.apiKey.token,
    operator: rival.operator.token,
    administrator: rival.administrator.token,
    client: rival.client.token,
  };
});
afterAll(() => server[Symbol.asyncDispose]());

function request(name: EndpointName, token?: string, { verb = paths[name][0] as string, prefixed = true } = {}) {
  const { params = {}, query = '', body } = table[name].asks?.(ours) ?? {};
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

  test('without a token or with nonsense: 401, by every verb and path', async () => {
    for (const way of ways) {
      expectRefusal(await request(name, undefined, way), 401, 'unauthorized');
      for (const nonsense of ['nonsense', 'sbk_nonsense', 'sbc_nonsense', 'a.b.c']) {
        expectRefusal(await request(name, nonsense, way), 401, 'unauthorized');
      }
    }
  });

  test(`with a token of the wrong kind: 403; open to ${who.join(', ')}`, async () => {
    for (const kind of everyKind.filter((one) => !who.includes(one))) {
      for (const way of ways) expectRefusal(await request(name, tokens[kind], way), 403, 'forbidden');
    }
  });

  if (others === 404) {
    test('to another company our things do not exist, and nothing of them changes', async () => {
      const before = await dump(server);
      for (const kind of who) {
        const answer = await request(name, foreign[kind]);
        // An API key notes when it was used.
        expectRefusal(answer, 404, 'not_found');
        nothingOfOurs(answer);
      }
      const untouched = (text: string) => text.replace(/"last_used_at":\d+/g, '"last_used_at":null');
      expect(untouched(await dump(server))).toBe(untouched(before));
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

  if (who.includes('operator') && others === 404) {
    test('to an operator of another organization neither', async () => {
      expectRefusal(await request(name, neighbour), 404, 'not_found');
    });
  }
});

async function signInAgain(): Promise<string> {
  const body = { id: rival.operatorId, expiresAt: ours.expiresAt };
  return rival.company.call('operatorToken', { body });
}

// Last, because it changes things: whoever may, is let in.
describe.each(closed)('%s', (name, { who }) => {
  test(`is open to ${who.join(', ')}`, async () => {
    for (const kind of who) {
      const { status, json } = await request(name, tokens[kind]);
      expect({ status, json }).not.toMatchObject({ status: 401 });
      expect({ status, json }).not.toMatchObject({ json: { code: 'forbidden' } });
      expect(status).toBeLessThan(500);
      if (name === 'logout') tokens[kind] = (await server.asOperator(kind === 'operator' ? 101 : 100)).token;
    }
  });
});

describe('live', () => {
  test('hears only its own feeds', async () => {
    const panel = await server.withToken(foreign.operator).listen();
    expect(panel.feeds().sort()).toEqual([`operator:${rival.operatorId}`, `organization:${rival.organizationId}`]);
  });
});
