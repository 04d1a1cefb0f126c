import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Cable } from '../cable.ts';
import type { Customer } from './customer.ts';
import type { Operator } from './operator.ts';
import { eventually, openStage } from './stage.ts';

test('the customer is offline while both write: what was unsent waits, then all stands once and in order', async () => {
  const stage = await openStage();
  const [john, cable] = [await stage.operator(), await stage.cable()];
  const customer = await stage.customer({ url: cable.url });
  await begin(customer, john);

  await customer.page.context().setOffline(true);
  cable.pull();
  await customer.widget.getByText('No connection. Your messages will be sent when it is back.').waitFor();
  await customer.write('Still there?');
  await customer.write('I think my train is in a tunnel');
  await customer.message('Still there?').getByText('Waiting for the connection').waitFor();
  await customer.message('I think my train is in a tunnel').getByText('Waiting for the connection').waitFor();
  await john.write('Green or black?');
  await john.write('Both are fresh');
  await john.message('Both are fresh').getByText('Sent').waitFor();

  cable.plug();
  await customer.page.context().setOffline(false);
  await john.message('I think my train is in a tunnel').waitFor();
  const all = ['Hello', 'Green or black?', 'Both are fresh', 'Still there?', 'I think my train is in a tunnel'];
  await sameOnBothSides(customer, john, all);
  await customer.widget.getByText('No connection').waitFor({ state: 'detached' });
});

test('an unsent message outlives its page and is sent from the next one, with the widget closed', async () => {
  const stage = await openStage();
  const [john, cable] = [await stage.operator(), await stage.cable()];
  const customer = await stage.customer({ url: cable.url });
  await begin(customer, john);
  cable.pull();
  await customer.write('Sent from a tunnel');
  await customer.field.fill('and half a thought');
  await customer.page.close();
  cable.plug();
  const next = await stage.customer({ url: cable.url, context: customer.page.context() });
  await john.message('Sent from a tunnel').waitFor();
  await next.openWidget();
  expect(await next.field.inputValue()).toBe('and half a thought');
  await sameOnBothSides(next, john, ['Hello', 'Sent from a tunnel']);
});

test('a message whose answer was lost on its way is not doubled, on either side', async () => {
  const stage = await openStage();
  const [customersCable, johnsCable] = [await stage.cable(), await stage.cable()];
  const john = await stage.operator({ url: johnsCable.url });
  const customer = await stage.customer({ url: customersCable.url });
  await begin(customer, john);

  customersCable.pull();
  await loseAnswers(customer.page, '**/api/v1/widget/messages', stage.server.url);
  await customer.write('Two tins');
  await john.message('Two tins').waitFor();
  await customer.message('Two tins').getByText('Waiting for the connection').waitFor();
  johnsCable.pull();
  await loseAnswers(john.page, '**/operators/messages', stage.server.url);
  await john.write('Two it is');
  await john.messages.getByText('Waits for the network').waitFor();

  await Promise.all([customer.page.unrouteAll(), john.page.unrouteAll()]);
  customersCable.plug();
  await plugAndPress(johnsCable, john.messages.getByRole('button', { name: 'Try now' }));
  await sameOnBothSides(customer, john, ['Hello', 'Two tins', 'Two it is']);
});

test("the operator's network goes: the panel says so, keeps what is written, and tells what it caught up", async () => {
  const stage = await openStage();
  const [customer, cable] = [await stage.customer(), await stage.cable()];
  const john = await stage.operator({ url: cable.url });
  await begin(customer, john);

  cable.pull();
  await john.page.getByText(/^Reconnecting… \d+s/).waitFor();
  await john.page.getByRole('button', { name: 'Offline' }).waitFor();
  await customer.write('Are you there?');
  await customer.write('I can wait');
  await customer.message('I can wait').getByRole('img', { name: 'Sent' }).waitFor();
  await john.write('First answer');
  await john.write('Second answer');
  await eventually(() => john.messages.getByText('Waits for the network').count()).toBe(2);

  await plugAndPress(cable, john.page.getByRole('status').getByRole('button', { name: 'Try now' }));
  await john.page.getByText(/^Back, [1-9]\d* events? caught up$/).waitFor();
  await john.page.getByRole('button', { name: 'Online' }).waitFor();
  await customer.message('Second answer').waitFor();
  await sameOnBothSides(customer, john, ['Hello', 'Are you there?', 'I can wait', 'First answer', 'Second answer']);
});

test('the server restarts under both, and a customer who was away meanwhile misses nothing', async () => {
  const stage = await openStage();
  const [john, cable] = [await stage.operator(), await stage.cable()];
  const [customer, traveller] = [await stage.customer(), await stage.customer({ url: cable.url })];
  await begin(traveller, john, 'Hello from the train');
  await begin(customer, john);

  await john.openSession('Hello from the train');
  cable.pull();
  await john.write('Written before the restart');
  await john.message('Written before the restart').getByText('Sent').waitFor();
  await john.openSession('Hello');
  const restarted = stage.restart();
  await customer.write('Written while it restarts');
  await restarted;
  cable.plug();

  await traveller.message('Written before the restart').waitFor();
  await john.openSession('Hello from the train');
  await sameOnBothSides(traveller, john, ['Hello from the train', 'Written before the restart']);
  await john.openSession('Written while it restarts');
  await sameOnBothSides(customer, john, ['Hello', 'Written while it restarts']);
});

async function begin(customer: Customer, john: Operator, text = 'Hello'): Promise<void> {
  await customer.openWidget();
  await customer.write(text);
  await john.openSession(text);
  await customer.state.getByText('John Smith is with you').waitFor();
}

/** Also after one more message each way, by when anything that came twice would be there. */
async function sameOnBothSides(customer: Customer, john: Operator, all: string[]): Promise<void> {
  await customer.write('last of the customer');
  await john.message('last of the customer').waitFor();
  await john.write('last of the operator');
  await customer.message('last of the operator').waitFor();
  const whole = [...all, 'last of the customer', 'last of the operator'];
  await eventually(() => customer.said()).toEqual(whole);
  await eventually(() => john.said()).toEqual(whole);
}

/** The button goes by itself as soon as the network is back: only who holds it already can press it in any case. */
async function plugAndPress(cable: Cable, button: Locator): Promise<void> {
  const held = await button.elementHandle();
  cable.plug();
  await held?.dispatchEvent('click');
}

/** The server gets the requests and acts; its answers never arrive. */
async function loseAnswers(page: Page, url: string, serverUrl: string): Promise<void> {
  await page.route(url, async (route) => {
    const request = route.request();
    if (request.method() === 'POST') await route.fetch({ url: serverUrl + new URL(request.url()).pathname });
    await route.abort('connectionreset');
  });
}
