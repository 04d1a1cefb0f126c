import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { picture, violationsOn, withAxe } from './accessible.ts';
import { eventually, openStage } from './stage.ts';

describe.each(['light', 'dark'] as const)('in %s, axe has nothing against', (colorScheme) => {
  test('any screen of the panel', async () => {
    const stage = await openStage();
    const { found, look } = gallery(`panel-${colorScheme}`);
    const context = await stage.open({ colorScheme, viewport: { width: 1440, height: 900 } });
    await withAxe(context);
    const page = await context.newPage();
    await page.goto(`${stage.server.url}/panel/`);
    await page.getByLabel('E-mail').fill('nobody@example.com');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('do not match').waitFor();
    await look(page, 'sign-in');
    await page.close();

    await stage.server.asOperator().then((own) => own.call('pause'));
    const john = await stage.operator({ context, presence: 'Paused' });
    await john.page.getByText('Nobody is with you').waitFor();
    await look(john.page, 'empty');
    const customer = await stage.customer();
    await customer.openWidget();
    await customer.write('Which tea for the evening? See https://example.com/teas');
    await john.openList('Help');
    await john.openSession('Which tea');
    await look(john.page, 'help');
    await john.page.getByRole('button', { name: 'Take' }).click();
    await john.write('Linden: no caffeine.');
    await customer.message('Linden: no caffeine.').waitFor();
    await customer.write('Two tins then');
    await john.message('Two tins then').waitFor();
    await john.messages.hover();
    await john.message('Two tins then').hover();
    await look(john.page, 'conversation');
    await john.page.route('**/operators/messages', (route) => route.fulfill({ status: 500, body: '' }));
    await john.write('This fails');
    await john.messages.getByText('Not sent').waitFor();
    await john.page.unrouteAll();
    await john.messages.getByText('Two tins then').hover();
    await john.messages.getByRole('button', { name: 'Reply to this message' }).last().click();
    await look(john.page, 'failed-and-reply');
    await john.page.getByRole('button', { name: 'My presence' }).click();
    await john.page.getByRole('menu').waitFor();
    await look(john.page, 'presence');
    await john.page.keyboard.press('Escape');
    await john.page.locator('body').press('?');
    await john.page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await look(john.page, 'keys');
    await john.page.keyboard.press('Escape');
    await john.page.getByRole('dialog').waitFor({ state: 'detached' });
    await john.page.getByRole('button', { name: 'Finish' }).click();
    await john.page.getByRole('dialog').waitFor();
    await look(john.page, 'finish');
    await john.page.getByRole('dialog').getByRole('button', { name: 'Finish' }).click();
    await john.page.getByText(/^Finished by an operator/).waitFor();
    await john.openList('Closed');
    await look(john.page, 'closed');
    await john.page.goto(`${stage.server.url}/panel/#/sessions/00000000-0000-4000-8000-000000000000`);
    await john.page.getByText('This conversation is not here').waitFor();
    await look(john.page, 'missing');
    await john.page.goto(`${stage.server.url}/panel/#/settings`);
    await john.page.getByRole('heading', { name: 'Settings' }).waitFor();
    await look(john.page, 'settings');
    expect(found).toEqual([]);
  });

  test('the panel on a phone, in Hebrew, and without a network', async () => {
    const stage = await openStage();
    const cable = await stage.cable();
    const { found, look } = gallery(`phone-${colorScheme}`);
    const context = await stage.open({ colorScheme, viewport: { width: 390, height: 844 } });
    await withAxe(context);
    const john = await stage.operator({
      context,
      url: cable.url,
      stored: { language: 'he' },
      presence: 'מחובר',
    });
    const customer = await stage.customer();
    await customer.openWidget();
    await customer.write('שלום');
    await john.row('שלום').waitFor();
    await look(john.page, 'list-he');
    await john.row('שלום').click();
    await john.page.getByRole('textbox').waitFor();
    await look(john.page, 'conversation-he');
    await john.page.getByRole('button', { name: 'על הלקוח' }).first().click();
    await john.page.getByRole('complementary').waitFor();
    await look(john.page, 'client-he');
    cable.pull();
    await john.page.getByRole('status').waitFor();
    await look(john.page, 'reconnecting-he');
    expect(found).toEqual([]);
  });

  test('the widget, in any state', async () => {
    const stage = await openStage();
    const cable = await stage.cable();
    const { found, look } = gallery(`widget-${colorScheme}`);
    const context = await stage.open({ colorScheme, viewport: { width: 1024, height: 768 } });
    await withAxe(context);
    const customer = await stage.customer({ context, url: cable.url });
    await look(customer.page, 'launcher');
    await customer.openWidget();
    await customer.widget.getByText('Hello! Ask us anything').waitFor();
    await look(customer.page, 'away');
    await customer.write('Is the oolong organic? https://example.com/oolong');
    await customer.widget.getByTestId('help').waitFor();
    await look(customer.page, 'help');
    const john = await stage.server.asOperator();
    await john.listen();
    await customer.state.getByText('John Smith is with you').waitFor();
    const [session] = (await john.call('sessions', { query: { limit: 1 } })).items ?? [];
    const params = { sessionId: session?.id ?? '' };
    await john.call('sendMessage', { params, body: { body: 'It is, from three gardens.' } });
    await customer.message('It is, from three gardens.').waitFor();
    await john.call('typing', { params });
    await customer.widget.getByRole('img', { name: 'John Smith is typing' }).waitFor();
    await look(customer.page, 'conversation');
    await customer.page.route('**/widget/messages', (route) =>
      route.fulfill({ status: 422, json: { error: 'No.', code: 'empty_message' } }),
    );
    await customer.write('This fails');
    await customer.widget.getByText('Not sent').waitFor();
    await customer.page.unrouteAll();
    await look(customer.page, 'failed');
    await customer.widget.getByRole('button', { name: 'Remove' }).click();
    await customer.widget.getByRole('button', { name: 'End chat' }).click();
    await look(customer.page, 'finish');
    await customer.widget.getByRole('button', { name: 'Keep chatting' }).click();
    cable.pull();
    await customer.page.context().setOffline(true);
    await customer.widget.getByText('No connection.').waitFor();
    await customer.write('Waiting');
    await customer.message('Waiting').getByText('Waiting for the connection').waitFor();
    await look(customer.page, 'offline');
    cable.plug();
    await customer.page.context().setOffline(false);
    await customer.message('Waiting').getByRole('img', { name: 'Sent' }).waitFor();
    await john.call('finishSession', { params });
    await customer.widget.getByTestId('ended').waitFor();
    await look(customer.page, 'ended');
    expect(found).toEqual([]);
  });

  test('the panel inside a CRM', async () => {
    const stage = await openStage();
    const { found, look } = gallery(`crm-${colorScheme}`);
    const context = await stage.open({ colorScheme });
    await withAxe(context);
    const page = await context.newPage();
    await page.goto(`${stage.server.url}/demo/crm`);
    await page.frameLocator('iframe').getByRole('button', { name: 'Online' }).waitFor();
    await look(page, 'crm');
    expect(found).toEqual([]);
  });
});

test('new messages are announced politely, in panel and widget', async () => {
  const stage = await openStage();
  const [john, customer] = [await stage.operator(), await stage.customer()];
  await customer.openWidget();
  await customer.write('Hello');
  await john.openSession('Hello');
  await customer.write('Read this to me');
  const said = john.page.locator('[aria-live="polite"]').filter({ hasText: ': Read this to me' });
  await eventually(() => said.count()).toBe(1);
  await john.write('Of course');
  const heard = customer.widget.locator('[aria-live="polite"]').filter({ hasText: 'John Smith: Of course' });
  await eventually(() => heard.count()).toBe(1);
});

test.each([
  ['reduce', 0, 1],
  ['no-preference', 50, 5_000],
] as const)('with prefers-reduced-motion: %s things move for %i–%i ms', async (reducedMotion, least, most) => {
  const stage = await openStage();
  const context = await stage.open({ reducedMotion });
  const customer = await stage.customer({ context });
  await customer.openWidget();
  await customer.write('Slowly, please');
  const widget = await longestMotion(customer.page);
  const john = await stage.operator({ context });
  await john.openSession('Slowly, please');
  await customer.field.pressSequentially('I am');
  await john.messages.getByText('is typing').waitFor();
  const panel = await longestMotion(john.page);
  await john.page.getByRole('button', { name: 'Finish' }).click();
  await john.page.getByRole('dialog').waitFor();
  for (const longest of [widget, panel, await longestMotion(john.page)]) {
    expect(longest).toBeGreaterThanOrEqual(least);
    expect(longest).toBeLessThanOrEqual(most);
  }
});

function gallery(prefix: string) {
  const found: string[] = [];
  return {
    found,
    async look(page: Page, name: string) {
      await page.evaluate(finishMotion);
      await picture(page, `${prefix}-${name}`);
      for (const violation of await violationsOn(page)) found.push(`${prefix}-${name}: ${violation}`);
    },
  };
}

/** Of all animations and transitions that the styles of this page ask for, in milliseconds. */
const longestMotion = (page: Page) =>
  page.evaluate(() => {
    const shadows = [...document.querySelectorAll('*')].flatMap(({ shadowRoot }) => shadowRoot ?? []);
    const elements = [document, ...shadows].flatMap((root) => [...root.querySelectorAll('*')]);
    const seconds = elements.flatMap((element) => {
      const { animationName, animationDuration, transitionDuration } = getComputedStyle(element);
      return `${animationName === 'none' ? '' : animationDuration}, ${transitionDuration}`
        .split(',')
        .map(Number.parseFloat);
    });
    return Math.max(...seconds.filter(Number.isFinite)) * 1000;
  });

/** Colours are judged when they have arrived. Endless animations go on. */
async function finishMotion(): Promise<void> {
  const shadows = [...document.querySelectorAll('*')].flatMap(({ shadowRoot }) => shadowRoot ?? []);
  for (const animation of [document, ...shadows].flatMap((root) => root.getAnimations())) {
    if (Number.isFinite(animation.effect?.getComputedTiming().endTime ?? 0)) animation.finish();
  }
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}
