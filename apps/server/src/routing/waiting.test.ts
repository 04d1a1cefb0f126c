import { describe, expect, test } from 'vitest';
import { eventually } from '../testing/fence.ts';
import type { Heard } from '../testing/listen.ts';
import { playScene, type Scene } from '../testing/scene.ts';
import type { ClientCaller, TestServer } from '../testing/start-test-server.ts';
import { givenHelp, givenMine, inScope, say, table, theSession } from '../testing/table.ts';
import { later, minute, second, setTimes } from '../testing/time.ts';

const step = (afterSeconds: number, text: string) => ({
  afterSeconds,
  text: { default: text, uk: `${text} українською` },
});
const steps = (kind: 'forOperator' | 'forAnswer' | 'onHold', ...said: ReturnType<typeof step>[]) => ({
  waiting_steps: JSON.stringify({ [kind]: said }),
});
const session = async (scene: Scene) => scene.admin.call('session', { params: { sessionId: await theSession(scene) } });
const said = async (scene: Scene) => {
  const { items = [] } = await scene.client.call('widgetMessages');
  return { texts: items.filter(({ authorType }) => authorType === 'SYSTEM').map(({ body }) => body) };
};
const busy = 'Thank you for writing. You are in the queue, and whoever is free next will answer you.';

describe('while the client waits, the channel says', () => {
  table([
    {
      does: 'its step in help at its time',
      given: async (scene) => {
        await setTimes(scene, steps('forOperator', step(30, 'Soon')));
        await givenHelp(scene);
        await later(scene, 30 * second - 1);
        expect(await said(scene)).toEqual({ texts: [busy] });
      },
      act: async (scene) => {
        await later(scene, 1);
        return said(scene);
      },
      answers: { texts: [busy, 'Soon'] },
      told: {
        ...inScope('chatSessionUpdated'),
        client: ['client: chatMessageCreated', 'client: chatSessionUpdated'],
      },
    },
    {
      does: 'only the latest step of those whose time came while no server ran, and the next at its time',
      given: async (scene) => {
        const all = [step(30, 'Soon'), step(60, 'Sorry'), step(90, 'Still sorry'), step(3600, 'Call us')];
        await setTimes(scene, steps('forOperator', ...all));
        await givenHelp(scene);
      },
      act: async (scene) => {
        await later(scene, 10 * minute);
        const { texts } = await said(scene);
        await later(scene, 50 * minute);
        return { texts, afterwards: (await said(scene)).texts.slice(texts.length) };
      },
      answers: { texts: [busy, 'Still sorry'], afterwards: ['Call us'] },
      told: {
        ...inScope('chatSessionUpdated', 'chatSessionUpdated'),
        client: [0, 1].flatMap(() => ['client: chatMessageCreated', 'client: chatSessionUpdated']),
      },
    },
    {
      does: 'each step once, also when help is left and come back to',
      given: async (scene) => {
        await setTimes(scene, steps('forOperator', step(30, 'Soon'), step(60, 'Sorry')));
        await givenHelp(scene);
        await later(scene, 30 * second);
        await later(scene, 30 * second);
        await later(scene, minute);
        await scene.john.call('takeSession', { params: { sessionId: await theSession(scene) } });
        await (await scene.server.asCompany()).call('operatorStatus', { body: { id: 101, status: 1 } });
        expect(await session(scene)).toMatchObject({ status: 'HELP' });
        await (await scene.server.asCompany()).call('operatorStatus', { body: { id: 101, status: 0 } });
        await later(scene, 2 * minute);
      },
      act: said,
      answers: { texts: [busy, 'Soon', 'Sorry'] },
      told: {},
    },
  ]);
});

describe('while an operator has it, the channel says', () => {
  table([
    {
      does: 'its step for an answer, in the client’s language',
      given: async (scene) => {
        await setTimes(scene, steps('forAnswer', step(30, 'Soon')));
        await givenMine(scene);
        await scene.server.app.transact((tx) =>
          tx.db.updateTable('clients').set({ language: 'uk-UA' }).where('id', '=', scene.client.clientId).execute(),
        );
      },
      act: async (scene) => {
        await later(scene, 30 * second);
        return said(scene);
      },
      answers: { texts: ['Soon українською'] },
      told: { john: ['john: chatMessageCreated'], client: ['client: chatMessageCreated'] },
    },
    {
      does: 'nothing to who has had an answer',
      given: async (scene) => {
        await setTimes(scene, steps('forAnswer', step(30, 'Soon')));
        await givenMine(scene);
        const params = { sessionId: await theSession(scene) };
        await scene.john.call('sendMessage', { params, body: { body: 'Here I am' } });
      },
      act: (scene) => later(scene, minute),
      told: {},
    },
    {
      does: 'its step on hold',
      given: async (scene) => {
        await setTimes(scene, steps('onHold', step(30, 'We are looking')));
        await givenMine(scene);
        await scene.john.call('pauseSession', { params: { sessionId: await theSession(scene) }, body: {} });
      },
      act: async (scene) => {
        await later(scene, 30 * second);
        return { ...(await said(scene)), status: (await session(scene)).status };
      },
      answers: { texts: ['We are looking'], status: 'PAUSED' },
      told: { john: ['john: chatMessageCreated'], client: ['client: chatMessageCreated'] },
    },
  ]);
});

describe('a step that hands to the bot', () => {
  const toBot = async (scene: Scene, kind: 'forOperator' | 'forAnswer' | 'onHold') => {
    const { id } = await (await scene.server.asCompany()).call('createBot', {
      body: {
        organizationId: 24,
        name: 'Robbie',
        script: {
          start: 'hello',
          steps: {
            hello: { say: 'It takes a while.', buttons: [{ text: 'Go on', goTo: 'end' }] },
            end: { say: 'Bye', close: true },
          },
        },
      },
    });
    const waiting_steps = JSON.stringify({ [kind]: [{ afterSeconds: 30, toBot: true }] });
    await setTimes(scene, { waiting_steps });
    return id;
  };
  const setBot = (scene: Scene, botId: string) =>
    scene.server.app.transact((tx) => tx.db.updateTable('channels').set({ bot_id: botId }).execute());

  test('from help', async () => {
    await using scene = await playScene();
    const botId = await toBot(scene, 'forOperator');
    await givenHelp(scene);
    await setBot(scene, botId);
    await later(scene, 30 * second);
    expect(await session(scene)).toMatchObject({ status: 'BOT', botStatus: 'ACTIVE', operatorId: null });
    const { items = [] } = await scene.client.call('widgetMessages');
    expect(items.at(-1)).toMatchObject({ authorType: 'BOT', body: 'It takes a while.' });
  });

  test('also where later steps are due by then, with the words of its own step alone', async () => {
    await using scene = await playScene();
    const botId = await toBot(scene, 'forOperator');
    const [before, after] = [step(10, 'Soon'), step(60, 'Sorry')];
    const waiting = { ...step(30, 'The bot helps'), toBot: true };
    await setTimes(scene, { waiting_steps: JSON.stringify({ forOperator: [before, waiting, after] }) });
    await givenHelp(scene);
    await setBot(scene, botId);
    await later(scene, 10 * minute);
    expect(await session(scene)).toMatchObject({ status: 'BOT' });
    expect(await said(scene)).toEqual({ texts: [busy, 'The bot helps'] });
  });

  test('from an operator who does not answer, whose place is free then', async () => {
    await using scene = await playScene();
    const botId = await toBot(scene, 'forAnswer');
    await givenMine(scene);
    await setBot(scene, botId);
    const heard = await scene.heard(() => later(scene, 30 * second));
    expect(heard.john.find(({ event }) => event === 'chatSessionDeleted')?.data).toMatchObject({ reason: 'bot' });
    expect(await session(scene)).toMatchObject({ status: 'BOT', operatorId: null, previousOperator: { id: 101 } });
    expect(await scene.john.call('me')).toMatchObject({ activeSessions: 0 });
  });
});

describe('the client’s last operator', () => {
  /** John had the client once; whoever is least loaded now is Sarah. */
  const knowsJohn = async (scene: Scene, wait = 0) => {
    await setTimes(scene, { sticky_wait: wait });
    await scene.sarah.call('pause');
    await say(scene);
    await scene.sarah.call('activate');
    await scene.john.call('finishSession', { params: { sessionId: await theSession(scene) } });
    await scene.otherClient.call('widgetSend', { body: { body: 'Hello' } });
    await scene.server.app.transact((tx) => tx.db.updateTable('operators').set({ last_session_at: 1 }).execute());
    await scene.server.app.transact((tx) =>
      tx.db.updateTable('operators').set({ last_session_at: tx.at }).where('id', '=', 101).execute(),
    );
  };
  const limitJohn = (scene: Scene, most: number | null) =>
    scene.server.app.transact((tx) =>
      tx.db.updateTable('operators').set({ max_sessions: most }).where('id', '=', 101).execute(),
    );
  const newest = async (scene: Scene) => {
    const { items = [] } = await scene.admin.call('sessions', { query: { clientId: scene.client.clientId } });
    const [first] = items;
    return { status: first?.status, operatorId: first?.operatorId };
  };
  const johnFull = async (scene: Scene, wait: number) => {
    await knowsJohn(scene, wait);
    await limitJohn(scene, 1);
    const stays = (await scene.john.call('me')).activeSessions;
    if (stays === 0) {
      await scene.sarah.call('pause');
      await (await scene.server.asClient()).call('widgetSend', { body: { body: 'Hello' } });
      await scene.sarah.call('activate');
    }
    expect((await scene.john.call('me')).activeSessions).toBe(1);
  };

  test('goes first, and is told why', async () => {
    await using scene = await playScene();
    await knowsJohn(scene);
    const heard = await scene.heard(() => say(scene));
    const added = heard.john.find(({ event }) => event === 'chatSessionAdded');
    expect(added?.data).toMatchObject({ reason: 'sticky', operatorId: 101 });
    expect(heard.sarah.map(({ event }) => event)).not.toContain('chatSessionAdded');
  });

  test('is not waited for where the channel does not say so', async () => {
    await using scene = await playScene();
    await johnFull(scene, 0);
    await say(scene);
    expect(await newest(scene)).toEqual({ status: 'ACTIVE', operatorId: 102 });
  });

  test('is waited for; a place of theirs that becomes free is for this session, before older ones', async () => {
    await using scene = await playScene();
    await johnFull(scene, 120);
    await scene.sarah.call('pause');
    await (await scene.server.asClient()).call('widgetSend', { body: { body: 'I came before' } });
    scene.server.clock.advance(second);
    await say(scene);
    await scene.sarah.call('activate');
    expect(await newest(scene)).toEqual({ status: 'HELP', operatorId: null });
    const { items = [] } = await scene.admin.call('sessions', { query: { operatorId: 101, status: 'ACTIVE' } });
    await scene.john.call('finishSession', { params: { sessionId: items[0]?.id ?? '' } });
    expect(await newest(scene)).toEqual({ status: 'ACTIVE', operatorId: 101 });
  });

  test('is waited for so long, then anybody may have it', async () => {
    await using scene = await playScene();
    await johnFull(scene, 120);
    await say(scene);
    await later(scene, 120 * second - 1);
    expect(await newest(scene)).toEqual({ status: 'HELP', operatorId: null });
    await later(scene, 1);
    expect(await newest(scene)).toEqual({ status: 'ACTIVE', operatorId: 102 });
  });

  test('is waited for while their connection is gone for a moment', async () => {
    await using scene = await playScene();
    await knowsJohn(scene, 120);
    await goes(scene, 'john');
    await say(scene);
    expect(await newest(scene)).toEqual({ status: 'HELP', operatorId: null });
    scene.lines.john = await scene.john.listen();
    await scene.server.settled();
    expect(await newest(scene)).toEqual({ status: 'ACTIVE', operatorId: 101 });
  });
});

/** Their connection ends, and the grace in which it might come back has passed. */
async function goes(scene: Scene, name: 'john' | 'sarah'): Promise<void> {
  const connections = () => scene.server.live.server.stats().connections;
  const left = connections() - 1;
  scene.lines[name].close();
  await eventually(() => connections() === left);
  await scene.server.settled();
  await later(scene, 30 * second);
  expect(await scene[name].call('me')).toMatchObject({ presence: 'offline' });
}

describe('an operator who is gone', () => {
  const grace = 120 * second;

  test('keeps the sessions for the grace, then others get them', async () => {
    await using scene = await playScene();
    await setTimes(scene, {});
    await givenMine(scene);
    await goes(scene, 'john');
    expect(await session(scene)).toMatchObject({ operatorId: 101, status: 'ACTIVE' });
    await later(scene, grace);
    expect(await session(scene)).toMatchObject({ operatorId: 102, previousOperator: { id: 101 } });
  });

  test('finds them there when back within the grace', async () => {
    await using scene = await playScene();
    await setTimes(scene, {});
    await givenMine(scene);
    await goes(scene, 'john');
    scene.lines.john = await scene.john.listen();
    await scene.server.settled();
    await later(scene, grace);
    await later(scene, grace);
    expect(await session(scene)).toMatchObject({ operatorId: 101, status: 'ACTIVE' });
  });

  test('signs out: the same grace', async () => {
    await using scene = await playScene();
    await setTimes(scene, {});
    await givenMine(scene);
    await scene.john.call('logout');
    await later(scene, grace - 1);
    expect(await session(scene)).toMatchObject({ operatorId: 101 });
    await later(scene, 1);
    expect(await session(scene)).toMatchObject({ operatorId: 102 });
  });
});

describe('those who wait in help', () => {
  const waiting = async (server: TestServer, count: number) => {
    const clients: ClientCaller[] = [];
    for (let n = 0; n < count; n++) {
      server.clock.advance(second);
      const client = await server.asClient();
      await client.call('widgetSend', { body: { body: 'Hello' } });
      clients.push(client);
    }
    return clients;
  };
  const positions = (heard: Heard[]) =>
    heard.filter(({ event }) => event === 'chatSessionUpdated').map(({ data }) => data.position);

  test('hear where they stand, together and not each time', async () => {
    await using scene = await playScene();
    await setTimes(scene, {});
    await scene.john.call('pause');
    await scene.sarah.call('pause');
    const clients = await waiting(scene.server, 4);
    const lines = await Promise.all(clients.map((client) => client.listen()));
    await later(scene, 3 * second);
    const { items = [] } = await scene.admin.call('sessions', { query: { status: 'HELP', sort: 'startedAt' } });
    for (const { id } of items.slice(0, 2)) await scene.john.call('takeSession', { params: { sessionId: id } });
    const heard = await scene.heard(() => later(scene, 3 * second - 1));
    expect(heard.admin).toEqual([]);
    const [, , third, fourth] = lines;
    if (!third || !fourth) throw new Error('four wait');
    expect([positions(third.heard), positions(fourth.heard)]).toEqual([[], []]);
    await later(scene, 1);
    await third.until('chatSessionUpdated');
    await fourth.until('chatSessionUpdated');
    expect([positions(third.heard), positions(fourth.heard)]).toEqual([[1], [2]]);
    await later(scene, minute);
    expect([positions(third.heard), positions(fourth.heard)]).toEqual([[1], [2]]);
  });

  test('hear how long it will be, once help has been served a while; so does who comes', async () => {
    await using scene = await playScene();
    await setTimes(scene, {});
    await scene.john.call('pause');
    await scene.sarah.call('pause');
    const clients = await waiting(scene.server, 6);
    const reload = async (client: ClientCaller) => {
      const guid = '00000000-0000-4000-8000-000000000024';
      return client.call('widgetOpen', { body: { guid, clientToken: client.token } });
    };
    const last = clients[5];
    if (!last) throw new Error('six wait');
    expect(await reload(last)).toMatchObject({ session: { position: 6, expectedWait: null }, expectedWait: null });
    const { items = [] } = await scene.admin.call('sessions', { query: { status: 'HELP', sort: 'startedAt' } });
    for (const { id } of items.slice(0, 4)) {
      scene.server.clock.advance(10 * second);
      await scene.john.call('takeSession', { params: { sessionId: id } });
    }
    expect(await reload(last)).toMatchObject({ session: { position: 2, expectedWait: 20 }, expectedWait: 20 });
  });
});
