import type { Page, Route } from 'playwright-core';
import { expect, test } from 'vitest';
import { eventually, openStage, type Stage } from './stage.ts';

const refusals: [string, Parameters<Route['fulfill']>[0], string, string][] = [
  [
    '422 with our own words',
    { status: 422, json: { error: 'The message is empty.', code: 'empty_message', details: [], requestId: '' } },
    'Not sent. The message is empty.',
    'Not sent: The message is empty.',
  ],
  [
    '413 with the page of a proxy',
    { status: 413, contentType: 'text/html', body: '<h1>Request Entity Too Large</h1>' },
    'Not sent.',
    'Not sent: Something went wrong on the server. Try again in a moment.',
  ],
];

test.each(refusals)(
  "a customer's message that is refused with %s stays, says so, and can be sent again",
  async (...row) => {
    const [, refusal, words] = row;
    const { stage, john, customer } = await begin();
    await refuse(customer.page, '**/api/v1/widget/messages', refusal);
    await customer.write('This one is refused');
    await customer.message('This one is refused').getByText(words).waitFor();
    await customer.page.reload();
    await customer.openWidget();
    await customer.message('This one is refused').getByText('Not sent').waitFor();

    await customer.page.unrouteAll();
    await customer.write('This one goes through');
    await john.message('This one goes through').waitFor();
    await customer.message('This one is refused').getByRole('button', { name: 'Send again' }).click();
    await john.message('This one is refused').waitFor();
    await customer.widget.getByText('Not sent').waitFor({ state: 'detached' });
    const all = ['Hello', 'This one goes through', 'This one is refused'];
    expect(await john.said()).toEqual(all);
    expect(await customer.said()).toEqual(all);
    expect(await storedIn(stage)).toEqual(all);
  },
);

test.each(refusals)(
  "an operator's message that is refused with %s stays, says so, and can be sent again",
  async (...row) => {
    const [, refusal, , words] = row;
    const { stage, john, customer } = await begin();
    await refuse(john.page, '**/operators/messages', refusal);
    await john.write('This one is refused');
    await john.messages.getByText(words).waitFor();
    await john.page.reload();
    await john.messages.getByText('This one is refused').waitFor();

    await john.page.unrouteAll();
    await john.messages.getByRole('button', { name: 'Send again' }).click();
    await customer.message('This one is refused').waitFor();
    await john.messages.getByText('Not sent').waitFor({ state: 'detached' });
    expect(await john.said()).toEqual(['Hello', 'This one is refused']);
    expect(await storedIn(stage)).toEqual(['Hello', 'This one is refused']);
  },
);

test('an operator takes refused words back into the field, or throws them away', async () => {
  const { john } = await begin();
  await refuse(john.page, '**/operators/messages', { status: 500, body: '' });
  await john.write('Not quite right');
  await john.messages.getByRole('button', { name: 'Change' }).click();
  expect(await john.field.inputValue()).toBe('Not quite right');
  await john.field.press('Enter');
  await john.messages.getByRole('button', { name: 'Discard' }).click();
  await eventually(() => john.said()).toEqual(['Hello']);
});

test('a server that stumbles is asked again by the widget itself', async () => {
  const { stage, john, customer } = await begin();
  await refuse(customer.page, '**/api/v1/widget/messages', { status: 500, body: '' });
  await customer.write('Patience');
  await customer.message('Patience').getByRole('img', { name: 'Sending' }).waitFor();
  await customer.page.unrouteAll();
  await john.message('Patience').waitFor();
  await customer.message('Patience').getByRole('img', { name: 'Read' }).waitFor();
  expect(await storedIn(stage)).toEqual(['Hello', 'Patience']);
});

async function begin() {
  const stage = await openStage();
  const [john, customer] = [await stage.operator(), await stage.customer()];
  await customer.openWidget();
  await customer.write('Hello');
  await john.openSession('Hello');
  await customer.state.getByText('John Smith is with you').waitFor();
  return { stage, john, customer };
}

const refuse = (page: Page, url: string, answer: Parameters<Route['fulfill']>[0]) =>
  page.route(url, (route) => (route.request().method() === 'POST' ? route.fulfill(answer) : route.fallback()));

/** What the server has of the only session. */
async function storedIn({ server }: Stage): Promise<string[]> {
  const { call } = await server.asOperator();
  const [session] = (await call('sessions', { query: { limit: 10 } })).items ?? [];
  const messages = await call('messages', { params: { sessionId: session?.id ?? '' } });
  return (messages.items ?? []).filter(({ type }) => type === 'TEXT').map(({ body }) => body);
}
