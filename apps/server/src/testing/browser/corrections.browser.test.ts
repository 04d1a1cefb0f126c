import { expect, test } from 'vitest';
import { eventually, openStage } from './stage.ts';

test('what an operator corrects is marked line by line; a note answers nobody', async () => {
  const stage = await openStage();
  const john = await stage.operator();
  const customer = await stage.customer();
  await customer.openWidget();
  await customer.write('Where is it?');
  const caller = await stage.server.asOperator();
  await john.row('Where is it?').waitFor();
  const { items = [] } = await caller.call('sessions', { query: { status: 'ACTIVE' } });
  const params = { sessionId: items[0]?.id ?? '' };
  const first = await caller.call('sendMessage', { params, body: { body: 'It arives today' } });
  const second = await caller.call('sendMessage', { params, body: { body: 'Not for you' } });
  await caller.call('sendMessage', { params, body: { body: 'Anything else?' } });
  await john.row('Where is it?').getByText('You answered').waitFor();

  await caller.call('editMessage', { params: { ...params, messageId: first.id }, body: { body: 'It arrives today' } });
  await caller.call('deleteMessage', { params: { ...params, messageId: second.id } });
  await customer.message('It arrives today').getByText('edited').waitFor();
  await eventually(() => customer.said()).toEqual([
    'Where is it?',
    'It arrives today',
    'Message deleted',
    'Anything else?',
  ]);
  expect(await customer.widget.getByText('edited').count()).toBe(1);

  await caller.call('sendMessage', { params, body: { body: 'Ask Anna first', type: 'NOTE' } });
  await stage.caughtUp(john);
  expect(await john.row('Where is it?').getByText('You answered').count()).toBe(0);
  await john.openSession('Where is it?');
  await john.messages.getByText('the client does not see it').waitFor();
  expect(await customer.widget.getByText('Ask Anna first').count()).toBe(0);
});
