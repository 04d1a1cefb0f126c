import { describe, expect, test } from 'vitest';
import { ask, expectRefusal } from '../testing/ask.ts';
import { playScene, type Scene, sarahId } from '../testing/scene.ts';
import { finish, givenHelp, givenMine, inScope, say, table, theSession } from '../testing/table.ts';

type Who = 'john' | 'sarah' | 'billing' | 'admin';
const johnId = 101;
const one = async (scene: Scene) => ({ sessionId: await theSession(scene) });
const givenClosed = async (scene: Scene) => {
  await givenMine(scene);
  await finish(scene);
};
const seenByOperators = inScope('chatSessionUpdated');
const seenByClientToo = { ...seenByOperators, client: ['client: chatSessionUpdated'] };
const notYours = { status: 403, code: 'not_your_session' };
const notFound = { status: 404, code: 'not_found' };

describe('renaming', () => {
  const renames = (who: Who, name: string) => async (scene: Scene) =>
    scene[who].call('renameSession', { params: { ...(await one(scene)), name } });
  const long = 'Щ'.repeat(200);
  table([
    {
      does: 'by its operator; its client hears nothing of it',
      given: givenMine,
      act: renames('john', '  Order 17/3 “late”? 100% '),
      answers: { name: 'Order 17/3 “late”? 100%' },
      told: seenByOperators,
    },
    {
      does: 'to two hundred letters, however long they are in an address',
      given: givenMine,
      act: renames('john', long),
      answers: { name: long },
      told: seenByOperators,
    },
    {
      does: 'to what it is called already: nothing changes',
      given: async (scene) => {
        await givenMine(scene);
        await renames('john', 'Same')(scene);
      },
      act: renames('john', 'Same'),
      answers: { name: 'Same' },
    },
    {
      does: 'of a closed one',
      given: givenClosed,
      act: renames('john', 'Done'),
      answers: { name: 'Done' },
      told: seenByOperators,
    },
    {
      does: 'in help, by who leads',
      given: givenHelp,
      act: renames('admin', 'Urgent'),
      answers: { name: 'Urgent' },
      told: seenByOperators,
    },
    { does: 'in help, by who merely sees it', given: givenHelp, act: renames('john', 'Mine'), refuses: notYours },
    { does: 'of a colleague’s', given: givenMine, act: renames('sarah', 'Mine'), refuses: notYours },
    { does: 'from another organization', given: givenMine, act: renames('billing', 'Mine'), refuses: notFound },
    {
      does: 'to 201 letters',
      given: givenMine,
      act: renames('john', 'x'.repeat(201)),
      refuses: { status: 400, code: 'invalid_request' },
    },
    {
      does: 'to spaces',
      given: givenMine,
      act: renames('john', '   '),
      refuses: { status: 400, code: 'invalid_request' },
    },
  ]);
});

describe('spam', () => {
  const marks = (who: Who, what: 'markSpam' | 'markNotSpam') => async (scene: Scene) =>
    scene[who].call(what, { params: await one(scene) });
  table([
    {
      does: 'marked by its operator',
      given: givenMine,
      act: marks('john', 'markSpam'),
      answers: { markedAsSpam: true },
      told: seenByOperators,
    },
    {
      does: 'marked on a closed one',
      given: givenClosed,
      act: marks('john', 'markSpam'),
      answers: { markedAsSpam: true },
      told: seenByOperators,
    },
    {
      does: 'unmarked by who leads',
      given: async (scene) => {
        await givenMine(scene);
        await marks('john', 'markSpam')(scene);
      },
      act: marks('admin', 'markNotSpam'),
      answers: { markedAsSpam: false },
      told: seenByOperators,
    },
    {
      does: 'unmarked where none was',
      given: givenMine,
      act: marks('john', 'markNotSpam'),
      answers: { markedAsSpam: false },
    },
    { does: 'marked by a colleague', given: givenMine, act: marks('sarah', 'markSpam'), refuses: notYours },
    { does: 'from another organization', given: givenMine, act: marks('billing', 'markSpam'), refuses: notFound },
  ]);
});

describe('a second operator', () => {
  const adds = (who: Who, userId: number) => async (scene: Scene) =>
    scene[who].call('addSessionOperator', { params: { ...(await one(scene)), userId } });
  const removes = (who: Who, userId: number) => async (scene: Scene) =>
    scene[who].call('removeSessionOperator', { params: { ...(await one(scene)), userId } });
  const givenTwo = async (scene: Scene) => {
    await givenMine(scene);
    await adds('john', sarahId)(scene);
  };
  table([
    {
      does: 'is added, hears who did it, and takes no place',
      given: givenMine,
      act: adds('john', sarahId),
      answers: {
        operatorId: johnId,
        operators: [
          { id: johnId, type: 'MAIN' },
          { id: sarahId, type: 'SECOND' },
        ],
      },
      told: { ...seenByOperators, sarah: ['sarah: chatSessionAdded', 'org: chatSessionUpdated'] },
    },
    {
      does: 'hears what the client says',
      given: givenTwo,
      act: (scene) => say(scene, 'And another thing'),
      told: {
        john: ['john: chatMessageCreated'],
        sarah: ['sarah: chatMessageCreated'],
        client: ['client: chatMessageCreated'],
      },
    },
    {
      does: 'writes',
      given: givenTwo,
      act: async (scene) => scene.sarah.call('sendMessage', { params: await one(scene), body: { body: 'I help' } }),
      told: {
        john: ['john: chatMessageCreated'],
        sarah: ['sarah: chatMessageCreated'],
        client: ['client: chatMessageCreated'],
      },
    },
    {
      does: 'renames',
      given: givenTwo,
      act: async (scene) => scene.sarah.call('renameSession', { params: { ...(await one(scene)), name: 'Ours' } }),
      answers: { name: 'Ours' },
      told: seenByOperators,
    },
    {
      does: 'finishes, and both lose it',
      given: givenTwo,
      act: async (scene) => scene.sarah.call('finishSession', { params: await one(scene) }),
      answers: { status: 'CLOSED', closedBy: 'OPERATOR' },
      told: {
        john: ['john: chatSessionDeleted', 'org: operatorStatusChanged', 'org: chatSessionUpdated'],
        sarah: ['sarah: chatSessionDeleted', 'org: operatorStatusChanged', 'org: chatSessionUpdated'],
        admin: ['org: operatorStatusChanged', 'org: chatSessionUpdated'],
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'who is one already: nothing changes',
      given: givenTwo,
      act: adds('john', sarahId),
      answers: { operatorId: johnId },
    },
    {
      does: 'who is the main one: nothing changes',
      given: givenMine,
      act: adds('john', johnId),
      answers: { operatorId: johnId },
    },
    {
      does: 'takes themselves away',
      given: givenTwo,
      act: removes('sarah', sarahId),
      answers: { operators: [{ id: johnId }] },
      told: { ...seenByOperators, sarah: ['sarah: chatSessionDeleted', 'org: chatSessionUpdated'] },
    },
    {
      does: 'gets it as the main one',
      given: givenTwo,
      act: async (scene) => scene.john.call('transferSession', { params: { ...(await one(scene)), userId: sarahId } }),
      answers: { operatorId: sarahId, operators: [{ id: sarahId, type: 'MAIN' }] },
      told: {
        john: [
          'john: chatSessionDeleted',
          'org: operatorStatusChanged',
          'org: chatSessionUpdated',
          'org: operatorStatusChanged',
        ],
        sarah: [
          'org: operatorStatusChanged',
          'sarah: chatSessionAdded',
          'org: chatSessionUpdated',
          'org: operatorStatusChanged',
        ],
        admin: ['org: operatorStatusChanged', 'org: chatSessionUpdated', 'org: operatorStatusChanged'],
        client: ['client: chatSessionUpdated'],
      },
    },
    { does: 'who is none is not taken away', given: givenMine, act: removes('john', sarahId), refuses: notFound },
    {
      does: 'the main one is not taken away but succeeded',
      given: givenTwo,
      act: removes('john', johnId),
      refuses: notFound,
    },
    {
      does: 'who is not active',
      given: givenMine,
      act: adds('john', 103),
      refuses: { status: 422, code: 'operator_not_active' },
    },
    {
      does: 'of another organization',
      given: givenMine,
      act: (scene) => adds('john', scene.billingId)(scene),
      refuses: notFound,
    },
    { does: 'added by a colleague', given: givenMine, act: adds('sarah', sarahId), refuses: notYours },
    { does: 'added from another organization', given: givenMine, act: adds('billing', sarahId), refuses: notFound },
    {
      does: 'added to what is closed',
      given: givenClosed,
      act: adds('john', sarahId),
      refuses: { status: 422, code: 'session_closed' },
    },
    { does: 'removed by a stranger', given: givenTwo, act: removes('billing', sarahId), refuses: notFound },
  ]);
});

describe('pausing', () => {
  const inAnHour = (scene: Scene) => new Date(scene.server.clock.now() + 3600_000).toISOString();
  const pauses = (who: Who, until?: (scene: Scene) => string) => async (scene: Scene) =>
    scene[who].call('pauseSession', {
      params: await one(scene),
      ...(until && { body: { until: until(scene) } }),
    });
  const resumes = (who: Who) => async (scene: Scene) => scene[who].call('resumeSession', { params: await one(scene) });
  const givenPaused = async (scene: Scene) => {
    await givenMine(scene);
    await pauses('john')(scene);
  };
  table([
    {
      does: 'by its operator, who keeps it',
      given: givenMine,
      act: pauses('john'),
      answers: { status: 'PAUSED', operatorId: johnId, pausedUntil: null },
      told: seenByClientToo,
    },
    {
      does: 'until a time, by who leads',
      given: givenMine,
      act: pauses('admin', inAnHour),
      answers: { status: 'PAUSED', pausedUntil: '2026-03-02T10:00:00.000Z' },
      told: seenByClientToo,
    },
    {
      does: 'until now',
      given: givenMine,
      act: pauses('john', (scene) => new Date(scene.server.clock.now()).toISOString()),
      refuses: { status: 400, code: 'invalid_request' },
    },
    {
      does: 'what is paused: until another time',
      given: givenPaused,
      act: pauses('john', inAnHour),
      answers: { status: 'PAUSED', pausedUntil: '2026-03-02T10:00:00.000Z' },
      told: seenByClientToo,
    },
    {
      does: 'what waits in help',
      given: givenHelp,
      act: pauses('admin'),
      refuses: { status: 422, code: 'not_active' },
    },
    {
      does: 'what is closed',
      given: givenClosed,
      act: pauses('john'),
      refuses: { status: 422, code: 'session_closed' },
    },
    { does: 'a colleague’s', given: givenMine, act: pauses('sarah'), refuses: notYours },
    { does: 'from another organization', given: givenMine, act: pauses('billing'), refuses: notFound },
    {
      does: 'resumed by its operator',
      given: givenPaused,
      act: resumes('john'),
      answers: { status: 'ACTIVE', operatorId: johnId, pausedUntil: null },
      told: seenByClientToo,
    },
    {
      does: 'resumed, though it is not paused',
      given: givenMine,
      act: resumes('john'),
      refuses: { status: 422, code: 'not_paused' },
    },
    { does: 'resumed by a colleague', given: givenPaused, act: resumes('sarah'), refuses: notYours },
    { does: 'resumed from another organization', given: givenPaused, act: resumes('billing'), refuses: notFound },
  ]);
});

describe('finishing with a result', () => {
  const givenResults = async (scene: Scene) => {
    await scene.server.app.transact(({ db }) =>
      db.updateTable('channels').set({ results: '["sold","not sold"]' }).where('organization_id', '=', 24).execute(),
    );
    await givenMine(scene);
  };
  const finishes = (result?: string) => async (scene: Scene) =>
    scene.john.call('finishSession', { params: await one(scene), ...(result !== undefined && { body: { result } }) });
  const told = {
    john: ['john: chatSessionDeleted', 'org: operatorStatusChanged', 'org: chatSessionUpdated'],
    sarah: ['org: operatorStatusChanged', 'org: chatSessionUpdated'],
    admin: ['org: operatorStatusChanged', 'org: chatSessionUpdated'],
    client: ['client: chatSessionUpdated'],
  };
  table([
    {
      does: 'that the channel knows',
      given: givenResults,
      act: finishes('not sold'),
      answers: { result: 'not sold' },
      told,
    },
    {
      does: 'or none, as programs of before do',
      given: givenResults,
      act: finishes(),
      answers: { result: null },
      told,
    },
    {
      does: 'that it does not know',
      given: givenResults,
      act: finishes('lost'),
      refuses: { status: 422, code: 'unknown_result' },
    },
  ]);

  test('the refusal lists them', async () => {
    await using scene = await playScene();
    await givenResults(scene);
    const answer = await ask(scene.server, `DELETE /sessions/${await theSession(scene)}`, {
      token: scene.john.token,
      body: { result: 'lost' },
    });
    expectRefusal(answer, 422, 'unknown_result');
    expect(answer.json).toMatchObject({ error: 'A session of this channel ends with one of: sold, not sold.' });
  });
});
