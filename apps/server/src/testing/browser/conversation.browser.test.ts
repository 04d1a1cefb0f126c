import { expect, test } from 'vitest';
import { demo } from '../../demo/seed.ts';
import { operatorAt } from './operator.ts';
import { eventually, openStage } from './stage.ts';

test('sign-in by the form, then a conversation both ways, every text once on both sides', async () => {
  const stage = await openStage();
  const page = await (await stage.open()).newPage();
  await page.goto(`${stage.server.url}/panel/`);
  await page.getByLabel('E-mail').fill(demo.operatorEmail);
  await page.getByLabel('Password').fill(demo.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'My presence: Online' }).waitFor();
  const john = operatorAt(page);

  const customer = await stage.customer();
  await customer.openWidget();
  await customer.write('Is the sencha back?');
  await john.openSession('Is the sencha back?');
  await customer.state.getByText('John Smith is with you').waitFor();

  await john.write('It came in this morning.');
  await customer.message('It came in this morning.').waitFor();
  await customer.write('Then two tins, please');
  await john.message('Then two tins, please').waitFor();
  await john.write('Gladly.');
  await customer.message('Gladly.').waitFor();

  const all = ['Is the sencha back?', 'It came in this morning.', 'Then two tins, please', 'Gladly.'];
  expect(await customer.said()).toEqual(all);
  expect(await john.said()).toEqual(all);
});

test('unread messages are counted until they are looked at, on either side', async () => {
  const stage = await openStage();
  const john = await stage.operator();
  const customer = await stage.customer();
  await customer.openWidget();
  await customer.write('One');
  await customer.write('Two');
  await john.row('Two').getByText('2 unread messages').waitFor();
  await john.page.waitForFunction(() => document.title.includes('2'));
  await john.openSession('Two');
  await john.row('Two').getByText('unread').waitFor({ state: 'detached' });

  await customer.closeWidget();
  await john.write('Three');
  await john.write('Four');
  await eventually(() => customer.launcher.getAttribute('aria-label')).toBe('Open chat, 2 new messages');
  await customer.openWidget();
  await customer.closeWidget();
  expect(await customer.launcher.getAttribute('aria-label')).toBe('Open chat');
});

test('each sees that the other writes', async () => {
  const stage = await openStage();
  const john = await stage.operator();
  const customer = await stage.customer();
  await customer.openWidget();
  await customer.write('Hello');
  await john.openSession('Hello');
  await customer.state.getByText('John Smith is with you').waitFor();

  await customer.field.pressSequentially('I wonder');
  await john.messages.getByText(/is typing/).waitFor();
  await john.field.pressSequentially('Let me');
  await customer.widget.getByRole('img', { name: 'John Smith is typing' }).waitFor();
  await john.field.fill('');
  await john.write('Let me see.');
  await customer.message('Let me see.').waitFor();
  await customer.widget.getByRole('img', { name: 'John Smith is typing' }).waitFor({ state: 'detached' });
});

test('ticks tell what the other side has read', async () => {
  const stage = await openStage();
  const john = await stage.operator();
  const customer = await stage.customer();
  await customer.openWidget();
  await customer.write('Anybody there?');
  await john.row('Anybody there?').waitFor();
  await customer.message('Anybody there?').getByRole('img', { name: 'Sent' }).waitFor();
  await john.openSession('Anybody there?');
  await customer.message('Anybody there?').getByRole('img', { name: 'Read' }).waitFor();

  await customer.closeWidget();
  await john.write('Yes!');
  await john
    .message('Yes!')
    .getByText(/^(Sent|Delivered)$/)
    .waitFor();
  await customer.openWidget();
  await john.message('Yes!').getByText('Read').waitFor();
});

test('either side ends the chat, and a message after that begins a new one', async () => {
  const stage = await openStage();
  const john = await stage.operator();
  const customer = await stage.customer();
  await customer.openWidget();
  await customer.write('First chat');
  await john.openSession('First chat');
  await john.finish('sold');
  await customer.widget.getByTestId('ended').waitFor();
  await eventually(() => john.rows.count()).toBe(0);

  await customer.write('Second chat');
  await john.openSession('Second chat');
  expect(await john.said()).toEqual(['Second chat']);
  await customer.endChat();
  await john.page.getByText(/^Finished by the client/).waitFor();
  expect(await customer.said()).toEqual(['First chat', 'Second chat']);

  await john.openList('Closed');
  await expect
    .poll(() => john.rows.allInnerTexts())
    .toEqual([expect.stringContaining('Second chat'), expect.stringContaining('First chat')]);
});

test('who waits in help is taken by one operator, and the colleague sees that', async () => {
  const stage = await openStage();
  const customer = await stage.customer();
  await customer.openWidget();
  await customer.write('Nobody is here yet');
  await customer.widget.getByTestId('help').waitFor();

  const [john, sarah] = [await stage.server.asOperator(), await stage.server.asOperator(102)];
  await john.call('pause');
  await sarah.call('pause');
  const [johnsPanel, sarahsPanel] = [
    await stage.operator({ presence: 'Paused' }),
    await stage.operator({ operatorId: 102, presence: 'Paused' }),
  ];
  for (const panel of [johnsPanel, sarahsPanel]) {
    await panel.openList('Help');
    await panel.openSession('Nobody is here yet');
  }
  await sarahsPanel.page.getByRole('button', { name: 'Take' }).click();
  await sarahsPanel.write('I am.');
  await customer.message('I am.').waitFor();
  await customer.state.getByText('Sarah Johnson is with you').waitFor();
  await johnsPanel.message('I am.').waitFor();
  await johnsPanel.page.getByText('With Sarah Johnson').first().waitFor();
  await eventually(() => johnsPanel.rows.count()).toBe(0);
});
