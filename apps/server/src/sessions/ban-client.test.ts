import { paths, type Session } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { demo } from '../demo/seed.ts';
import { ask } from '../testing/ask.ts';
import { dump } from '../testing/dump.ts';
import { playScene, type Scene } from '../testing/scene.ts';
import { finish, givenHelp, givenMine, inScope, refusal, say, table } from '../testing/table.ts';

type Name = 'john' | 'sarah' | 'admin' | 'billing';
const bans = (scene: Scene, name: Name = 'john') =>
  scene[name].call('banClient', { params: { clientId: scene.client.clientId } });
const unbans = (scene: Scene, name: Name = 'john') =>
  scene[name].call('unbanClient', { params: { clientId: scene.client.clientId } });
const sessionsOf = async (scene: Scene): Promise<Session[]> =>
  (await scene.admin.call('sessions', { query: { clientId: scene.client.clientId, limit: 1000 } })).items ?? [];
const bannedAt = '2026-03-02T09:00:00.000Z';

const mineClosed = {
  ...inScope('operatorStatusChanged', 'chatSessionUpdated'),
  john: ['john: chatSessionDeleted', 'org: operatorStatusChanged', 'org: chatSessionUpdated'],
  client: ['client: chatSessionUpdated'],
};

describe('banning', () => {
  table([
    {
      does: 'by the operator who has the session: it closes',
      given: givenMine,
      act: (scene) => bans(scene),
      answers: { banned: true, bannedAt },
      told: mineClosed,
    },
    {
      does: 'by who leads',
      given: givenMine,
      act: (scene) => bans(scene, 'admin'),
      answers: { banned: true },
      told: mineClosed,
    },
    {
      does: 'by a colleague while it is not theirs',
      given: givenMine,
      act: (scene) => bans(scene, 'sarah'),
      refuses: { status: 403, code: 'not_your_session' },
    },
    {
      does: 'in help',
      given: givenHelp,
      act: (scene) => bans(scene),
      answers: { banned: true },
      told: { ...inScope('chatSessionUpdated'), client: ['client: chatSessionUpdated'] },
    },
    {
      does: 'with nothing open: the closed ones show it',
      given: async (scene) => {
        await givenMine(scene);
        await finish(scene);
      },
      act: (scene) => bans(scene),
      answers: { banned: true },
      told: inScope('chatSessionUpdated'),
    },
    {
      does: 'twice: the same answer, and no event',
      given: async (scene) => {
        await givenMine(scene);
        await bans(scene);
      },
      act: (scene) => bans(scene, 'admin'),
      answers: { banned: true, bannedAt },
    },
    {
      does: 'a client without sessions, by an administrator',
      act: (scene) => bans(scene, 'admin'),
      answers: { banned: true },
    },
    {
      does: 'a client of whom the operator sees nothing',
      act: (scene) => bans(scene),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'in another organization',
      given: givenMine,
      act: (scene) => bans(scene, 'billing'),
      refuses: { status: 404, code: 'not_found' },
    },
  ]);

  test.each([
    ['john', 'OPERATOR'],
    ['admin', 'SUPERVISOR'],
  ] as const)('by %s is closing by %s, and every session shows it, live as loaded', async (name, by) => {
    await using scene = await playScene();
    await givenMine(scene);
    await finish(scene);
    await scene.sarah.call('pause');
    await say(scene, 'Again');
    const heard = await scene.heard(() => bans(scene, name));
    const sessions = await sessionsOf(scene);
    expect(sessions).toMatchObject([
      { status: 'CLOSED', closedBy: by, clientBanned: true },
      { status: 'CLOSED', closedBy: 'SUPERVISOR', clientBanned: true },
    ]);
    const updates = heard.sarah.filter(({ event }) => event === 'chatSessionUpdated').map(({ data }) => data);
    expect(updates).toEqual(sessions);
    expect(heard.client.map(({ data }) => data)).toMatchObject([{ id: sessions[0]?.id, status: 'CLOSED' }]);
    expect((await scene.john.call('sessions', { query: { clientBanned: true } })).count).toBe(2);
  });

  test('shuts the client up: no words, no typing; nothing changes by trying', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    await bans(scene);
    const before = await dump(scene.server);
    const tries = [
      () => say(scene),
      () => say(scene, 'Please', { localId: 'a' }),
      () => scene.client.call('widgetTyping'),
    ];
    for (const act of tries) expect(await act().catch(refusal)).toMatchObject({ status: 403, code: 'client_banned' });
    expect(await dump(scene.server)).toBe(before);
    await unbans(scene);
    expect(await say(scene)).toMatchObject({ number: 1 });
  });

  test('frees a place, and the head of help gets it', async () => {
    await using scene = await playScene();
    await scene.sarah.call('pause');
    await scene.server.app.transact((tx) => tx.db.updateTable('operators').set({ max_sessions: 1 }).execute());
    await givenMine(scene);
    const { sessionId } = await scene.otherClient.call('widgetSend', { body: { body: 'Me too' } });
    expect(await scene.john.call('session', { params: { sessionId } })).toMatchObject({ status: 'HELP' });
    const told = await scene.told(() => bans(scene));
    expect(told.john?.filter((one) => one.startsWith('john:'))).toEqual([
      'john: chatSessionDeleted',
      'john: chatSessionAdded',
    ]);
    expect(await scene.john.call('session', { params: { sessionId } })).toMatchObject({ operatorId: demo.operatorId });
  });

  test('while the client writes with all might: afterwards nothing is open', async () => {
    await using scene = await playScene();
    for (let round = 1; round <= 5; round++) {
      await givenMine(scene);
      const tries = Array.from({ length: 12 }, () => say(scene).catch(refusal));
      await Promise.all([...tries.slice(0, 6), bans(scene, 'admin'), bans(scene), ...tries.slice(6)]);
      expect((await sessionsOf(scene)).filter(({ status }) => status !== 'CLOSED')).toEqual([]);
      await unbans(scene, 'admin');
    }
    expect(await scene.john.call('me')).toMatchObject({ activeSessions: 0 });
  });
});

describe('lifting the ban', () => {
  const givenBanned = async (scene: Scene) => {
    await givenMine(scene);
    await bans(scene);
  };
  table([
    {
      does: 'by an operator who sees a session of theirs',
      given: givenBanned,
      act: (scene) => unbans(scene),
      answers: { banned: false, bannedAt: null },
      told: inScope('chatSessionUpdated'),
    },
    {
      does: 'of who is not banned: the same answer, and no event',
      given: givenMine,
      act: (scene) => unbans(scene),
      answers: { banned: false, bannedAt: null },
    },
    {
      does: 'in another organization',
      given: givenBanned,
      act: (scene) => unbans(scene, 'billing'),
      refuses: { status: 404, code: 'not_found' },
    },
  ]);
});

test.each(['PATCH', 'POST', 'PUT'])('%s means the same, with the prefix and without', async (verb) => {
  await using scene = await playScene();
  await givenMine(scene);
  for (const prefix of ['/api/v1', '']) {
    for (const [endpoint, banned] of [
      ['banClient', true],
      ['unbanClient', false],
    ] as const) {
      const path = paths[endpoint][1].replace('/api/v1', prefix).replace(':clientId', scene.client.clientId);
      const { status, json } = await ask(scene.server, `${verb} ${path}`, { token: scene.john.token });
      expect({ status, json }).toMatchObject({ status: 200, json: { id: scene.client.clientId, banned } });
    }
  }
});

test('only the newest sessions of a client are told of it', async () => {
  await using scene = await playScene();
  for (let n = 1; n <= 22; n++) {
    await givenMine(scene);
    await finish(scene);
  }
  const told = await scene.told(() => bans(scene));
  expect(told.sarah).toEqual(Array.from({ length: 20 }, () => 'org: chatSessionUpdated'));
  expect((await sessionsOf(scene)).every(({ clientBanned }) => clientBanned)).toBe(true);
});
