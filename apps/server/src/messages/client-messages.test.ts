import type { Message, Query } from '@switchboard/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { demo } from '../demo/seed.ts';
import { updateSession } from '../sessions/session.store.ts';
import { playScene, type Scene } from '../testing/scene.ts';
import { finish, givenMine, refusal, say, table } from '../testing/table.ts';

type Asked = Query<'clientMessages'>;
const read = (scene: Scene, query: Asked = { limit: 1000 }, name: 'john' | 'sarah' | 'admin' | 'billing' = 'john') =>
  scene[name].call('clientMessages', { params: { clientId: scene.client.clientId }, query });
const bodies = async (answer: Promise<{ items?: Message[] }>) => (await answer).items?.map(({ body }) => body);

/** Three messages in each of so many sessions, the last one open. */
async function talk(scene: Scene, sessions: number): Promise<void> {
  for (let session = 1; session <= sessions; session++) {
    if (session > 1) await finish(scene);
    for (let n = 1; n <= 3; n++) {
      await say(scene, `${session}.${n}`);
      scene.server.clock.advance(1000);
    }
  }
}

async function intoGroup({ server }: Scene, sessionId: string, members: number[]): Promise<void> {
  await server.app.transact(async (tx) => {
    const group = { organization_id: demo.organizationId, name: 'Returns', created_at: tx.at };
    const { id: groupId } = await tx.db
      .insertInto('groups')
      .values({ ...group, timer_first_answer: null, timer_next_answers: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    for (const operator_id of members) {
      await tx.db.insertInto('group_members').values({ group_id: groupId, operator_id }).execute();
    }
    await updateSession(tx.db, sessionId, { group_id: groupId });
  });
}

describe("a client's messages", () => {
  table([
    {
      does: 'by an operator',
      given: givenMine,
      act: (scene) => read(scene),
      answers: { count: 1, items: [{ body: 'Hello' }] },
    },
    {
      does: 'by an administrator, though nothing was said yet',
      act: (scene) => read(scene, {}, 'admin'),
      answers: { count: 0, items: [] },
    },
    {
      does: 'by an operator who sees no session of theirs',
      act: (scene) => read(scene),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'in another organization',
      given: givenMine,
      act: (scene) => read(scene, {}, 'billing'),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'of nobody',
      act: ({ admin }) => admin.call('clientMessages', { params: { clientId: demo.channelId } }),
      refuses: { status: 404, code: 'not_found' },
    },
  ]);

  test('go from session to session, both ways, between two of them and between two moments', async () => {
    await using scene = await playScene();
    await talk(scene, 4);
    const all = (await read(scene)).items ?? [];
    const words = [1, 2, 3, 4].flatMap((session) => [1, 2, 3].map((n) => `${session}.${n}`));
    expect(all.map(({ body }) => body)).toEqual(words);
    expect((await read(scene, {})).items).toEqual(all.slice(2));
    const [third, eighth] = [all[2], all[7]];
    if (!third || !eighth) throw new Error('twelve messages were sent');
    expect(await bodies(read(scene, { before: third.id, limit: 5 }))).toEqual(words.slice(0, 2));
    expect(await bodies(read(scene, { after: eighth.id, limit: 3 }))).toEqual(words.slice(8, 11));
    expect(await bodies(read(scene, { after: third.id, before: eighth.id }))).toEqual(words.slice(3, 7));
    expect(await bodies(read(scene, { after: third.id, before: eighth.id, limit: 2 }))).toEqual(words.slice(5, 7));
    const between = { from: third.createdAt, to: eighth.createdAt };
    expect(await read(scene, between)).toMatchObject({ count: 6, items: words.slice(2, 8).map((body) => ({ body })) });
    expect(await read(scene, { ...between, after: third.id, limit: 2 })).toMatchObject({
      count: 6,
      items: [{ body: '2.1' }, { body: '2.2' }],
    });
    const unknown = { status: 400, code: 'invalid_request', message: expect.stringContaining('/before') };
    expect(await read(scene, { before: scene.client.clientId }).catch(refusal)).toMatchObject(unknown);
  });

  test('are counted off from the newest, or from the oldest where that is asked', async () => {
    await using scene = await playScene();
    await talk(scene, 2);
    const words = ['1.1', '1.2', '1.3', '2.1', '2.2', '2.3'];
    expect(await bodies(read(scene, { limit: 2, page: 2 }))).toEqual(words.slice(2, 4));
    expect(await bodies(read(scene, { limit: 4, offset: 1 }))).toEqual(words.slice(1, 5));
    expect(await bodies(read(scene, { limit: 4, page: 3 }))).toEqual([]);
    expect(await bodies(read(scene, { limit: 2, sort: 'createdAt' }))).toEqual(words.slice(0, 2));
    expect(await bodies(read(scene, { limit: 2, sort: 'createdAt', page: 3 }))).toEqual(words.slice(4));
    expect(await bodies(read(scene, { limit: 2, sort: '-createdAt' }))).toEqual(['2.3', '2.2']);
  });

  test('of a session whose group leaves the reader out are not in it, nor do they lead anywhere', async () => {
    await using scene = await playScene();
    await talk(scene, 3);
    const all = (await read(scene)).items ?? [];
    const hidden = all[3];
    if (!hidden) throw new Error('nine messages were sent');
    await intoGroup(scene, hidden.sessionId, [102]);
    await scene.server.app.transact((tx) => updateSession(tx.db, hidden.sessionId, { operator_id: null }));
    const open = ['1.1', '1.2', '1.3', '3.1', '3.2', '3.3'];
    expect(await read(scene)).toMatchObject({ count: 6, items: open.map((body) => ({ body })) });
    expect(await read(scene, { before: hidden.id }).catch(refusal)).toMatchObject({ status: 400 });
    for (const name of ['sarah', 'admin'] as const) expect(await read(scene, {}, name)).toMatchObject({ count: 9 });
    const last = all.at(-1);
    const replies = (replyToMessageId: string) =>
      scene.john.call('sendMessage', {
        params: { sessionId: last?.sessionId ?? '' },
        body: { body: 'That?', replyToMessageId },
      });
    expect(await replies(hidden.id).catch(refusal)).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(await replies(all[0]?.id ?? '')).toMatchObject({ replyTo: { body: '1.1' } });
  });
});

test('whoever walks the pages meets every message once and in order, whatever comes meanwhile', async () => {
  await using scene = await playScene();
  await talk(scene, 3);
  let said = 0;
  const speaks = async (): Promise<void> => {
    await say(scene, `more ${++said}`);
    if (said % 5 === 0) await finish(scene);
  };
  const pages = {
    operator: (query: Asked) => read(scene, { ...query, withoutCount: true }),
    client: (query: Asked) => scene.client.call('widgetMessages', { query }),
  };
  const step = fc.record({ limit: fc.integer({ min: 1, max: 7 }), speaks: fc.boolean() });
  const walk = fc.record({
    who: fc.constantFrom('operator' as const, 'client' as const),
    forward: fc.boolean(),
    steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  });
  await fc.assert(
    fc.asyncProperty(walk, async ({ who, forward, steps }) => {
      const all = async () => ((await pages[who]({ limit: 1000 })).items ?? []).map(({ id }) => id);
      const begin = await all();
      const met = [forward ? begin[0] : begin.at(-1)] as string[];
      for (let index = 0; ; index++) {
        const { limit, speaks: isSaid } = steps[index % steps.length] ?? { limit: 1, speaks: false };
        if (isSaid && index < steps.length) await speaks();
        const end = (forward ? met.at(-1) : met[0]) ?? '';
        const { items = [] } = await pages[who]({ limit, ...(forward ? { after: end } : { before: end }) });
        expect(items.length).toBeLessThanOrEqual(limit);
        if (items.length === 0) break;
        const ids = items.map(({ id }) => id);
        if (forward) met.push(...ids);
        else met.unshift(...ids);
      }
      expect(met).toEqual(forward ? await all() : begin);
    }),
    { numRuns: 20, endOnFailure: true },
  );
});
