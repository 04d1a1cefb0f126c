import { closeCodes } from '@switchboard/protocol';
import { describe, expect, test } from 'vitest';
import { eventually } from '../testing/fence.ts';
import { playScene, type Scene, sarahId } from '../testing/scene.ts';
import { finish, givenHelp, givenMine, inScope, refusal, say, table, theSession } from '../testing/table.ts';

const connections = (scene: Scene) => scene.server.live.server.stats().connections;

/** Closes a line, and waits until the server has noticed. */
async function leave(scene: Scene, ...names: (keyof Scene['lines'])[]): Promise<void> {
  const left = connections(scene) - names.length;
  for (const name of names) scene.lines[name].close();
  await eventually(() => connections(scene) === left);
}

async function pass(scene: Scene, seconds: number): Promise<void> {
  scene.server.clock.advance(seconds * 1000);
  await scene.server.tick();
  await scene.server.settled();
}

describe('a client', () => {
  const told = (event: string) => ({ john: [`john: ${event}`] });

  test('who goes is offline after the grace, for the operator who has the session', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    expect(await scene.told(() => leave(scene, 'client'))).toEqual({});
    expect(await scene.told(() => pass(scene, 9.999))).toEqual({});
    const heard = await scene.heard(() => pass(scene, 0.001));
    const session = await scene.john.call('session', { params: { sessionId: await theSession(scene) } });
    expect(heard.john).toMatchObject([
      {
        event: 'clientOffline',
        data: { clientId: scene.client.clientId, sessionId: session.id, at: session.clientOfflineAt },
      },
    ]);
    expect([heard.sarah, heard.billing, heard.admin, heard.otherClient]).toEqual([[], [], [], []]);

    scene.server.clock.advance(1000);
    expect(
      await scene.told(async () => {
        scene.lines.client = await scene.client.listen();
      }),
    ).toEqual(told('clientOnline'));
    expect(await scene.john.call('session', { params: { sessionId: session.id } })).toMatchObject({
      clientOnlineAt: '2026-03-02T09:00:11.000Z',
      clientOfflineAt: null,
      revision: session.revision,
    });
  });

  test('who comes back within the grace was never away; a second tab changes nothing', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    const changes = await scene.told(async () => {
      const second = await scene.client.listen();
      await leave(scene, 'client');
      await pass(scene, 100);
      scene.lines.client = await scene.client.listen();
      const left = connections(scene) - 1;
      second.close();
      await eventually(() => connections(scene) === left);
      await leave(scene, 'client');
      await pass(scene, 9);
      scene.lines.client = await scene.client.listen();
      await pass(scene, 100);
    });
    expect(changes).toEqual({});
  });

  test('in help is seen by everyone in scope, and without a session by nobody', async () => {
    await using scene = await playScene();
    await givenHelp(scene);
    const changes = await scene.told(async () => {
      await leave(scene, 'client', 'otherClient');
      await pass(scene, 10);
    });
    expect(changes).toEqual(inScope('clientOffline'));
  });
});

describe('an operator', () => {
  test('who goes is offline after the grace, and back at once; other tabs and short breaks are not told', async () => {
    await using scene = await playScene();
    const changes = inScope('operatorStatusChanged');
    const { john: _, ...others } = changes;
    const quiet = await scene.told(async () => {
      const tab = await scene.john.listen();
      await leave(scene, 'john');
      await pass(scene, 60);
      scene.lines.john = await scene.john.listen();
      const left = connections(scene) - 1;
      tab.close();
      await eventually(() => connections(scene) === left);
      await leave(scene, 'john');
      await pass(scene, 29.999);
    });
    expect(quiet).toEqual({});
    const heard = await scene.heard(() => pass(scene, 0.001));
    expect(heard.sarah).toMatchObject([{ data: { id: 101, presence: 'offline', status: 0, activeSessions: 0 } }]);
    const back = await scene.told(async () => {
      scene.lines.john = await scene.john.listen();
    });
    // His own connection may begin before or after his own event: a load follows its beginning.
    expect({ ...back, john: changes.john }).toEqual({ ...others, john: changes.john });
    expect(await scene.john.call('me')).toMatchObject({ presence: 'online' });
  });

  test('who is gone gets nothing; who comes takes the oldest from help at once', async () => {
    await using scene = await playScene();
    await leave(scene, 'john', 'sarah');
    await pass(scene, 30);
    const first = await say(scene);
    scene.server.clock.advance(1000);
    const second = await scene.otherClient.call('widgetSend', { body: { body: 'Me too' } });
    const before = await scene.admin.call('sessions', { query: { status: 'HELP', sort: 'startedAt' } });
    expect(before.items?.map(({ id }) => id)).toEqual([first.sessionId, second.sessionId]);
    scene.lines.sarah = await scene.sarah.listen();
    await scene.server.settled();
    const after = await scene.admin.call('sessions', { query: { sort: 'operatorAssignedAt,startedAt' } });
    expect(after.items?.map(({ status, operatorId }) => [status, operatorId])).toEqual([
      ['ACTIVE', sarahId],
      ['ACTIVE', sarahId],
    ]);
    const added = (await scene.heard(async () => {})).sarah;
    expect(added).toEqual([]);
  });

  table([
    {
      does: 'pauses',
      act: (scene) => scene.john.call('pause'),
      answers: { id: 101, presence: 'paused' },
      told: inScope('operatorStatusChanged'),
    },
    {
      does: 'pauses twice',
      given: (scene) => scene.john.call('pause'),
      act: (scene) => scene.john.call('pause'),
      answers: { presence: 'paused' },
    },
    {
      does: 'of another organization pauses',
      act: (scene) => scene.billing.call('pause'),
      answers: { presence: 'paused' },
      told: { billing: ['org6: operatorStatusChanged'], admin: ['org6: operatorStatusChanged'] },
    },
    {
      does: 'is administrator and pauses',
      act: (scene) => scene.admin.call('pause'),
      answers: { presence: 'paused' },
      told: { admin: ['admin: operatorStatusChanged'] },
    },
    {
      does: 'comes to work: help is served',
      given: givenHelp,
      act: (scene) => scene.john.call('activate'),
      answers: { presence: 'online', activeSessions: 1 },
      told: {
        ...inScope('operatorStatusChanged', 'chatSessionUpdated', 'operatorStatusChanged'),
        john: [
          'org: operatorStatusChanged',
          'john: chatSessionAdded',
          'org: chatSessionUpdated',
          'org: operatorStatusChanged',
        ],
        client: ['client: chatSessionUpdated'],
      },
    },
  ]);
});

describe('signing out', () => {
  test('closes this sign-in’s connections for good, revokes its token, and takes the operator offline', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    const changes = await scene.told(() => scene.john.call('logout'));
    expect(changes).toEqual({
      sarah: ['org: operatorStatusChanged'],
      admin: ['org: operatorStatusChanged'],
      john: ['john: operatorLoggedOut', 'org: operatorStatusChanged'],
    });
    expect(await scene.lines.john.disconnected).toEqual(closeCodes.loggedOut);
    expect(await scene.john.call('me').catch(refusal)).toMatchObject({ status: 401 });
    await expect(scene.john.listen()).rejects.toThrow(`${closeCodes.badToken.code}`);
    expect((await scene.sarah.call('users')).items?.find(({ id }) => id === 101)).toMatchObject({
      presence: 'offline',
    });
    await expect(scene.told(() => pass(scene, 60))).resolves.toEqual({});
  });
});

describe('switching an operator off', () => {
  const deactivates = async (scene: Scene, status: 1 | 2 = 1) =>
    (await scene.server.asCompany()).call('operatorStatus', { body: { id: 101, status } });

  test('takes effect at once: told, closed, refused, sessions to others', async () => {
    await using scene = await playScene();
    await givenMine(scene);
    const changes = await scene.told(() => deactivates(scene));
    expect(changes).toEqual({
      john: [
        'john: operatorBlocked',
        'org: operatorStatusChanged',
        'john: chatSessionDeleted',
        'org: operatorStatusChanged',
        'org: chatSessionUpdated',
        'org: operatorStatusChanged',
      ],
      sarah: [
        'org: operatorStatusChanged',
        'org: operatorStatusChanged',
        'sarah: chatSessionAdded',
        'org: chatSessionUpdated',
        'org: operatorStatusChanged',
      ],
      admin: [
        'org: operatorStatusChanged',
        'org: operatorStatusChanged',
        'org: chatSessionUpdated',
        'org: operatorStatusChanged',
      ],
      client: ['client: chatSessionUpdated'],
    });
    expect(await scene.lines.john.disconnected).toEqual(closeCodes.operatorNotActive);
    expect(await scene.john.call('me').catch(refusal)).toMatchObject({ status: 401 });
    const session = await scene.sarah.call('session', { params: { sessionId: await theSession(scene) } });
    expect(session).toMatchObject({ status: 'ACTIVE', operatorId: sarahId, previousOperator: { id: 101 } });
  });

  test('with nobody else there the session waits in help, and everyone sees what the client was told', async () => {
    await using scene = await playScene();
    await scene.sarah.call('pause');
    await givenMine(scene);
    const heard = await scene.heard(() => deactivates(scene, 2));
    const session = await scene.sarah.call('session', { params: { sessionId: await theSession(scene) } });
    expect(session).toMatchObject({ status: 'HELP', operatorId: null, messageCount: 2 });
    expect(heard.sarah.map(({ event }) => event)).toContain('operatorNotFound');
    expect(heard.sarah.at(-1)?.data).toEqual(session);
    expect(heard.client.map(({ event }) => event)).toContain('chatMessageCreated');
  });
});

test('a token that ends closes its connection with the code that makes the client fetch another', async () => {
  await using scene = await playScene();
  scene.server.clock.advance(12 * 3600_000);
  await eventually(() => scene.lines.john.comebacks.includes(closeCodes.tokenExpired.code));
  expect(await scene.john.call('me').catch(refusal)).toMatchObject({
    code: 'token_expired',
    message: 'Token is expired.',
  });
});

describe('the widget', () => {
  test('opens as the same client with its token, with any other as a new one', async () => {
    await using scene = await playScene();
    const first = await say(scene);
    const open = (clientToken?: string) =>
      scene.server.withToken('').call('widgetOpen', {
        body: { guid: '00000000-0000-4000-8000-000000000024', ...(clientToken && { clientToken }) },
      });
    expect(await open(scene.client.token)).toMatchObject({
      clientId: scene.client.clientId,
      clientToken: scene.client.token,
      session: { id: first.sessionId, status: 'ACTIVE', operator: { name: 'John Smith' } },
      messages: [first],
    });
    for (const foreign of [undefined, 'nonsense', scene.john.token, `${scene.client.token}x`]) {
      const opened = await open(foreign);
      expect(opened).toMatchObject({ session: null, messages: [] });
      expect([scene.client.clientId, scene.otherClient.clientId]).not.toContain(opened.clientId);
    }
    await finish(scene);
    expect(await open(scene.client.token)).toMatchObject({ session: null, messages: [first] });
  });

  table([
    {
      does: 'finishes: its operator hears that the client did',
      given: givenMine,
      act: (scene) => scene.client.call('widgetFinish'),
      answers: { session: { status: 'CLOSED', operator: null } },
      told: {
        ...inScope('operatorStatusChanged', 'chatSessionUpdated'),
        john: [
          'john: sessionClosedByClient',
          'john: chatSessionDeleted',
          'org: operatorStatusChanged',
          'org: chatSessionUpdated',
        ],
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'finishes in help',
      given: givenHelp,
      act: (scene) => scene.client.call('widgetFinish'),
      answers: { session: { status: 'CLOSED' } },
      told: { ...inScope('chatSessionUpdated'), client: ['client: chatSessionUpdated'] },
    },
    { does: 'finishes nothing', act: (scene) => scene.client.call('widgetFinish'), answers: { session: null } },
    {
      does: 'shows its own messages, and none of another client',
      given: async (scene) => {
        await givenMine(scene);
        await scene.otherClient.call('widgetSend', { body: { body: 'Other' } });
      },
      act: (scene) => scene.client.call('widgetMessages'),
      answers: { count: 1, items: [{ body: 'Hello' }] },
    },
  ]);
});
