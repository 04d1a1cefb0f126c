import { expect, test } from 'vitest';
import type { Operator } from './operator.ts';
import { eventually, openStage, type Stage } from './stage.ts';

test('after a day of other people’s work the panel shows what a reload would show', async () => {
  const stage = await openStage();
  const { server } = stage;
  const context = await stage.open({ viewport: { width: 1440, height: 900 } });
  // How long somebody has waited would differ by the second.
  await context.clock.setFixedTime(Date.now());
  const john = await stage.operator({ context });
  const { mine, help } = await othersWork(stage);

  for (const [list, sessionId] of [
    ['Mine', mine],
    ['Help', help],
  ] as const) {
    await john.page.goto(`${server.url}/panel/#/sessions/${sessionId}`);
    await john.messages.waitFor();
    const own = await server.asOperator();
    await eventually(
      async () => (await own.call('session', { params: { sessionId: mine } })).unreadClientMessageCount,
    ).toBe(0);
    await same(stage, john, `a conversation of ${list}`, list);
  }
  await john.page.goto(`${server.url}/panel/#/`);
  for (const list of ['Mine', 'Help', 'Closed']) {
    await same(stage, john, `the list ${list}`, list);
  }
});

test('while a conversation is open, what happens in it is what a reload would show', async () => {
  const stage = await openStage();
  const { server } = stage;
  const context = await stage.open({ viewport: { width: 1440, height: 900 } });
  await context.clock.setFixedTime(Date.now());
  const john = await stage.operator({ context });
  const [client, other] = [await server.asClient(), await server.asClient()];
  const { sessionId } = await client.call('widgetSend', { body: { body: 'First' } });
  await john.openSession('First');
  const line = await client.listen();
  const params = { sessionId };
  const elsewhere = await server.asOperator();
  await elsewhere.call('sendMessage', { params, body: { body: 'From my other window' } });
  const answer = await elsewhere.call('sendMessage', { params, body: { body: 'And read' } });
  await client.call('widgetRead', { body: { messageId: answer.id } });
  await other.call('widgetSend', { body: { body: 'Another one' } });
  await client.call('widgetSend', { body: { body: 'Last' } });
  await john.message('Last').waitFor();
  await eventually(async () => (await elsewhere.call('session', { params })).unreadClientMessageCount).toBe(0);
  await same(stage, john, 'with messages and ticks', 'Mine');
  await client.call('widgetFinish');
  await john.page.getByText(/^Finished by the client/).waitFor();
  line.close();
  await same(stage, john, 'finished', 'Closed');
});

/** Customers write, are answered by Sarah, are read, finish, come and go, wait. */
async function othersWork({ server }: Stage) {
  const sarah = await server.asOperator(102);
  await sarah.listen();
  const clients = await Promise.all(Array.from({ length: 12 }, () => server.asClient()));
  const sessions: string[] = [];
  for (const [n, client] of clients.entries()) {
    const { sessionId } = await client.call('widgetSend', { body: { body: `Question ${n}` } });
    sessions.push(sessionId);
  }
  // Two operators with five places each have ten; two wait.
  const { items: sarahs = [] } = await sarah.call('sessions', {
    query: { status: 'ACTIVE', operatorId: 102, limit: 20 },
  });
  const { items: johns = [] } = await sarah.call('sessions', {
    query: { status: 'ACTIVE', operatorId: 101, limit: 20 },
  });
  const at = (sessionId: string | undefined) => ({ params: { sessionId: sessionId ?? '' } });
  const clientOf = (sessionId: string | undefined) => clients[sessions.indexOf(sessionId ?? '')];
  expect([sarahs.length, johns.length]).toEqual([5, 5]);
  await sarah.call('sendMessage', { ...at(sarahs[0]?.id), body: { body: 'Answered by Sarah' } });
  await sarah.call('finishSession', at(sarahs[0]?.id));
  await sarah.call('finishSession', at(sarahs[1]?.id));
  await clientOf(johns[0]?.id)?.call('widgetSend', { body: { body: 'Still me' } });
  await clientOf(johns[1]?.id)?.call('widgetFinish');
  await clientOf(johns[1]?.id)?.call('widgetSend', { body: { body: 'Me again' } });
  const elsewhere = await server.asOperator();
  await elsewhere.call('sendMessage', { ...at(johns[2]?.id), body: { body: 'From my telephone' } });
  await elsewhere.call('finishSession', at(johns[3]?.id));
  await sarah.call('pause');
  await elsewhere.call('pause');
  const late = await server.asClient();
  const { sessionId: help } = await late.call('widgetSend', { body: { body: 'Too late?' } });
  await late.listen();
  return { mine: johns[0]?.id ?? '', help };
}

async function same(stage: Stage, john: Operator, what: string, list: string): Promise<void> {
  // Which list stands beside a conversation is the reader's choice.
  await john.openList(list);
  await stage.caughtUp(john);
  const live = await seen(john);
  await john.page.reload();
  await john.page.getByRole('button', { name: 'My presence' }).waitFor();
  await john.openList(list);
  await eventually(() => seen(john), `${what}: live, and after a reload`).toEqual(live);
}

const seen = async (john: Operator) => ({
  title: await john.page.title(),
  lists: await john.page.getByRole('navigation', { name: 'Lists' }).getByRole('button').allInnerTexts(),
  rows: await john.rows.allInnerTexts(),
  // "New" marks what came since one looked: after a reload one has looked.
  conversation: (await john.messages.allInnerTexts()).map((text) => text.replace(/^New\n+/m, '')),
  heads: await john.page.locator('header').allInnerTexts(),
  client: await john.page.getByRole('complementary').allInnerTexts(),
});
