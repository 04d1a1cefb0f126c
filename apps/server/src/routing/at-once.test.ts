import { expect, test } from 'vitest';
import { playScene, type Scene, sarahId } from '../testing/scene.ts';
import { givenMine, refusal, theSession } from '../testing/table.ts';
import { checkInvariants } from './invariants.ts';

const johnId = 101;
const rounds = 8;

/** All at the same moment, on one session: it ends in one pair of hands, and nothing is counted twice. */
test('transferred, taken, paused, finished at once', async () => {
  await using scene = await playScene();
  await scene.server.app.transact(({ db }) =>
    db.updateTable('operators').set({ role: 'SUPERVISOR' }).where('id', '=', sarahId).execute(),
  );
  for (let round = 0; round < rounds; round++) {
    await scene.again();
    await givenMine(scene);
    const params = { sessionId: await theSession(scene) };
    const acts = actsOn(scene, params);
    // Every other round the client stays; each begins with another.
    const some = round % 2 === 0 ? acts : acts.slice(0, -1);
    await Promise.all(some.map((_, index) => some[(index + round) % some.length]?.().catch(refusal)));
    expect(await checkInvariants(scene.server.app)).toEqual([]);
    // Another one where the client had finished it and then wrote.
    const query = { status: 'ACTIVE,PAUSED' };
    const { items: held = [] } = await scene.admin.call('sessions', { query });
    expect(held.length).toBeLessThanOrEqual(1);
    const { items: users = [] } = await scene.admin.call('users');
    const loaded = users.filter(({ activeSessions }) => activeSessions > 0).map(({ id }) => id);
    expect(loaded).toEqual(held.map(({ operatorId }) => operatorId));
  }
});

const actsOn = (scene: Scene, params: { sessionId: string }) => [
  () => scene.john.call('transferSession', { params: { ...params, userId: sarahId } }),
  () => scene.admin.call('transferSession', { params: { ...params, userId: sarahId } }),
  () => scene.sarah.call('takeSession', { params, body: { force: true } }),
  () => scene.admin.call('transferSession', { params: { ...params, userId: johnId } }),
  () => scene.john.call('pauseSession', { params }),
  () => scene.john.call('resumeSession', { params }),
  () => scene.client.call('widgetSend', { body: { body: 'Still there?' } }),
  () => scene.admin.call('addSessionOperator', { params: { ...params, userId: sarahId } }),
  () => scene.client.call('widgetFinish'),
];
