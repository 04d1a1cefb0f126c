import { expect, test } from 'vitest';
import { demo } from '../../demo/seed.ts';
import { eventually, openStage } from './stage.ts';

test('a client presses their way through the menu to a person, who sees what was offered', async () => {
  const stage = await openStage();
  const admin = await stage.server.asOperator(100);
  const { id: botId } = await admin.call('createBot', {
    body: {
      organizationId: 24,
      name: 'Greeter',
      script: {
        start: 'hello',
        steps: {
          hello: { say: 'What is it about?', buttons: [{ text: 'An order', goTo: 'order' }] },
          order: { say: 'Which one?', buttons: [{ text: 'The newest', goTo: 'people' }] },
          people: { say: 'One moment, please.', handOver: {} },
        },
      },
    },
  });
  await admin.call('changeChat', { params: { chatId: demo.channelId }, body: { botId } });
  const john = await stage.operator();
  const customer = await stage.customer();
  const button = (name: string) => customer.widget.getByRole('button', { name });
  await customer.openWidget();
  await customer.write('Hello');
  await button('An order').click();
  await button('The newest').waitFor();
  expect(await button('An order').count()).toBe(0);
  expect(await customer.widget.evaluate((host) => host.shadowRoot?.activeElement?.className)).toBe('panel');
  await button('The newest').press('Enter');
  await customer.state.getByText('John Smith is with you').waitFor();
  expect(await customer.widget.locator('.choice').count()).toBe(0);

  const all = ['Hello', 'What is it about?', 'An order', 'Which one?', 'The newest', 'One moment, please.'];
  await eventually(() => customer.said()).toEqual(all);
  await john.openSession('The newest');
  await john.messages.getByRole('listitem').filter({ hasText: 'The newest' }).waitFor();
});
