import { describe } from 'vitest';
import { administratorId, type Scene, sarahId } from '../testing/scene.ts';
import { finish, givenHelp, givenMine, inScope, table, theSession } from '../testing/table.ts';

type Who = 'john' | 'sarah' | 'billing' | 'admin';
const johnId = 101;
const mikeId = 103;

const transfers = (who: Who, userId: number, body?: { force?: boolean; note?: string }) => async (scene: Scene) =>
  scene[who].call('transferSession', {
    params: { sessionId: await theSession(scene), userId },
    ...(body && { body }),
  });

const limitTo = (scene: Scene, operatorId: number, most: number | null) =>
  scene.server.app.transact(({ db }) =>
    db.updateTable('operators').set({ max_sessions: most }).where('id', '=', operatorId).execute(),
  );

/** Sarah has as many sessions as she may; John has the client's. */
async function givenSarahFull(scene: Scene): Promise<void> {
  await givenMine(scene);
  await scene.otherClient.call('widgetSend', { body: { body: 'Hello' } });
  await limitTo(scene, sarahId, 1);
}
const givenUnlimited = (scene: Scene) => limitTo(scene, sarahId, null);

const org = (...events: string[]) => events.map((event) => `org: ${event}`);
const handed = org('operatorStatusChanged', 'chatSessionUpdated', 'operatorStatusChanged');

describe('to a colleague', () => {
  table([
    {
      does: 'by its operator: the old one loses it, the new one hears who and why',
      given: givenMine,
      act: transfers('john', sarahId),
      answers: {
        status: 'ACTIVE',
        operatorId: sarahId,
        operators: [{ id: sarahId, type: 'MAIN' }],
        previousOperator: { id: johnId, name: 'John Smith' },
      },
      told: {
        john: ['john: chatSessionDeleted', ...handed],
        sarah: [handed[0] ?? '', 'sarah: chatSessionAdded', ...handed.slice(1)],
        admin: handed,
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'with a note, which its client never sees',
      given: givenMine,
      act: transfers('john', sarahId, { note: 'Knows the order' }),
      answers: {
        operatorId: sarahId,
        messageCount: 2,
        unreadClientMessageCount: 1,
        lastOperatorMessage: null,
        lastClientMessageBody: 'Hello',
        lastMessage: { type: 'NOTE', authorType: 'OPERATOR', authorId: johnId, body: 'Knows the order' },
      },
      told: {
        john: ['john: chatSessionDeleted', ...handed],
        sarah: [handed[0] ?? '', 'sarah: chatSessionAdded', ...handed.slice(1), 'sarah: chatMessageCreated'],
        admin: handed,
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'while it is paused: it is no more',
      given: async (scene) => {
        await givenMine(scene);
        await scene.john.call('pauseSession', { params: { sessionId: await theSession(scene) } });
      },
      act: transfers('john', sarahId),
      answers: { status: 'ACTIVE', operatorId: sarahId, pausedUntil: null },
      told: {
        john: ['john: chatSessionDeleted', ...handed],
        sarah: [handed[0] ?? '', 'sarah: chatSessionAdded', ...handed.slice(1)],
        admin: handed,
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'out of help, by any operator who sees it',
      given: async (scene) => {
        await givenHelp(scene);
        // Online, and nobody has looked at help since.
        await scene.server.app.transact(({ db }) =>
          db.updateTable('operators').set({ paused: 0 }).where('id', '=', sarahId).execute(),
        );
      },
      act: transfers('john', sarahId),
      answers: { status: 'ACTIVE', operatorId: sarahId, previousOperator: null },
      told: {
        ...inScope('chatSessionUpdated', 'operatorStatusChanged'),
        sarah: ['sarah: chatSessionAdded', ...org('chatSessionUpdated', 'operatorStatusChanged')],
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'of a colleague’s, by who leads',
      given: givenMine,
      act: transfers('admin', sarahId),
      answers: { operatorId: sarahId },
      told: {
        john: ['john: chatSessionDeleted', ...handed],
        sarah: [handed[0] ?? '', 'sarah: chatSessionAdded', ...handed.slice(1)],
        admin: handed,
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'of a colleague’s, by who merely sees it',
      given: givenMine,
      act: transfers('sarah', sarahId),
      refuses: { status: 403, code: 'not_your_session' },
    },
    {
      does: 'from another organization',
      given: givenMine,
      act: transfers('billing', sarahId),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'to somebody of another organization',
      given: givenMine,
      act: (scene) => transfers('john', scene.billingId)(scene),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'to an administrator, who belongs to no organization',
      given: givenMine,
      act: transfers('john', administratorId),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'to nobody',
      given: givenMine,
      act: transfers('john', 999_999),
      refuses: { status: 404, code: 'not_found' },
    },
    {
      does: 'to who is not active, force or not',
      given: givenMine,
      act: transfers('john', mikeId, { force: true }),
      refuses: { status: 422, code: 'operator_not_active' },
    },
    {
      does: 'to who has it',
      given: givenMine,
      act: transfers('john', johnId),
      refuses: { status: 422, code: 'already_theirs' },
    },
    {
      does: 'to who is paused',
      given: async (scene) => {
        await givenMine(scene);
        await scene.sarah.call('pause');
      },
      act: transfers('john', sarahId),
      refuses: { status: 422, code: 'operator_unavailable' },
    },
    {
      does: 'to who is paused, by force',
      given: async (scene) => {
        await givenMine(scene);
        await scene.sarah.call('pause');
      },
      act: transfers('john', sarahId, { force: true }),
      answers: { operatorId: sarahId },
      told: {
        john: ['john: chatSessionDeleted', ...handed],
        sarah: [handed[0] ?? '', 'sarah: chatSessionAdded', ...handed.slice(1)],
        admin: handed,
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'to who is full: the sentence names force',
      given: givenSarahFull,
      act: transfers('john', sarahId),
      refuses: { status: 422, code: 'operator_full' },
    },
    {
      does: 'to who is full, by force',
      given: givenSarahFull,
      act: transfers('john', sarahId, { force: true }),
      answers: { operatorId: sarahId },
      told: {
        john: ['john: chatSessionDeleted', ...handed],
        sarah: [handed[0] ?? '', 'sarah: chatSessionAdded', ...handed.slice(1)],
        admin: handed,
        client: ['client: chatSessionUpdated'],
      },
    },
    {
      does: 'of what is closed',
      given: async (scene) => {
        await givenUnlimited(scene);
        await givenMine(scene);
        await finish(scene);
      },
      act: transfers('john', sarahId),
      refuses: { status: 422, code: 'session_closed' },
    },
  ]);
});
