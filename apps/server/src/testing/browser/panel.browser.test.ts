import { expect, test } from 'vitest';
import { demo } from '../../demo/seed.ts';
import { fillHelp } from './crowd.ts';
import { operatorAt } from './operator.ts';
import { eventually, openStage, type Stage } from './stage.ts';

test('with the keyboard alone: sign in, open, answer, finish', async () => {
  const stage = await openStage();
  const customer = await stage.customer();
  await customer.openWidget();
  await customer.write('Is anybody in?');
  const page = await (await stage.open()).newPage();
  await page.goto(`${stage.server.url}/panel/`);
  await eventually(async () => (await page.evaluate(focused)).name).toBe('E-mail');
  await page.keyboard.type(demo.operatorEmail);
  await page.keyboard.press('Tab');
  await page.keyboard.type(demo.password);
  await page.keyboard.press('Enter');
  const john = operatorAt(page);
  await john.row('Is anybody in?').waitFor();

  await page.keyboard.press('j');
  await john.message('Is anybody in?').waitFor();
  await page.keyboard.press('r');
  await page.keyboard.type('I am.');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('What is it?');
  await page.keyboard.press('Enter');
  await eventually(() => customer.said()).toEqual(['Is anybody in?', 'I am.\nWhat is it?']);
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('answered');
  await page.keyboard.press('Enter');
  await customer.widget.getByTestId('ended').waitFor();
  await page.getByText(/^Finished by an operator.* answered$/).waitFor();

  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('p');
  await page.getByRole('button', { name: 'My presence: Paused' }).waitFor();
});

test('every row, tab and button can be reached by Tab and shows where the focus is', async () => {
  const stage = await openStage();
  const { john } = await talk(stage);
  const seen = new Set<string>();
  const unmarked: string[] = [];
  await john.page.locator('body').click({ position: { x: 1, y: 1 } });
  for (let step = 0; step < 40; step++) {
    await john.page.keyboard.press('Tab');
    const { name, isMarked } = await john.page.evaluate(focused);
    seen.add(name);
    if (!isMarked && name !== '') unmarked.push(name);
  }
  for (const name of ['Inbox', 'Settings', 'Mine', 'Help', 'Closed', 'Order', 'Finish', 'Messages', 'Answer to']) {
    expect(
      [...seen].some((each) => each.includes(name)),
      `${name} in ${[...seen].join(' | ')}`,
    ).toBe(true);
  }
  expect(unmarked).toEqual([]);
});

test('Enter that ends the composition of a word sends nothing, in panel and widget', async () => {
  const stage = await openStage();
  const { john, customer } = await talk(stage);
  for (const [side, other, word, whole] of [
    [john, customer, 'こんにち', 'こんにちは'],
    [customer, john, 'さような', 'さようなら'],
  ] as const) {
    await side.field.focus();
    const devtools = await side.page.context().newCDPSession(side.page);
    await devtools.send('Input.imeSetComposition', { text: word, selectionStart: 4, selectionEnd: 4 });
    const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 };
    await devtools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter });
    await devtools.send('Input.insertText', { text: whole });
    await devtools.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enter });
    expect(await side.field.inputValue()).toBe(whole);
    expect(await side.said()).not.toContain(whole);
    const before = (await other.said()).length;
    await side.field.press('Enter');
    await eventually(async () => (await other.said()).slice(before)).toEqual([whole]);
    expect(await side.field.inputValue()).toBe('');
  }
});

test('what is typed survives a reload and another conversation', async () => {
  const stage = await openStage();
  const { john, customer } = await talk(stage);
  await john.field.fill('Half a thought');
  await customer.page.context().newPage();
  const second = await stage.customer();
  await second.openWidget();
  await second.write('Somebody else');
  await john.openSession('Somebody else');
  await eventually(() => john.field.inputValue()).toBe('');
  await john.row('Hello').getByText('Draft').waitFor();
  await john.page.reload();
  await john.openSession('Hello');
  await eventually(() => john.field.inputValue()).toBe('Half a thought');
  await john.field.press('Enter');
  await customer.message('Half a thought').waitFor();
});

test("an answer that crosses a colleague's waits for a decision: show, change, send anyway", async () => {
  const stage = await openStage();
  const { john, customer, sessionId } = await talk(stage);
  const own = await stage.server.asOperator();
  const { items = [] } = await own.call('messages', { params: { sessionId } });
  // Two operators in one session come with a later part: here the server's refusal is played.
  const since = [{ ...items[0], id: crypto.randomUUID(), number: 900, authorType: 'OPERATOR', authorId: 102 }].map(
    (message) => ({ ...message, authorName: 'Sarah Johnson', body: 'I have it', createdAt: new Date().toISOString() }),
  );
  await john.page.route('**/operators/messages', (route) =>
    JSON.parse(route.request().postData() ?? '{}').expectedLastMessageId === undefined
      ? route.fallback()
      : route.fulfill({ status: 409, json: { error: 'Newer.', code: 'newer_messages', since } }),
  );
  await john.write('Let me look');
  const bar = john.page.getByRole('alert');
  await bar.getByText(/^Sarah Johnson replied \d+s ago\.$/).waitFor();
  await john.messages.getByText('Your answer has not been sent.').waitFor();
  await bar.getByRole('button', { name: 'Show' }).click();
  await john.messages.getByText('I have it').waitFor();
  await bar.getByRole('button', { name: 'Change' }).click();
  expect(await john.field.inputValue()).toBe('Let me look');
  await john.field.press('Enter');
  await bar.getByRole('button', { name: 'Send anyway' }).click();
  await customer.message('Let me look').waitFor();
  await bar.waitFor({ state: 'detached' });
});

test('a sign-in that fails says why, and too many are slowed down', async () => {
  const stage = await openStage({ 'sign-in-limit': 2 });
  const page = await (await stage.open()).newPage();
  await page.goto(`${stage.server.url}/panel/`);
  await page.getByLabel('E-mail').fill(demo.operatorEmail);
  const tryWith = async (password: string) => {
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  await page.route('**/auth/login', (route) => route.abort('internetdisconnected'));
  await tryWith(demo.password);
  await page.getByRole('alert').getByText('The server cannot be reached.').waitFor();
  await page.unrouteAll();
  await tryWith('wrong');
  await page.getByRole('alert').getByText('E-mail and password do not match.').waitFor();
  expect(await page.getByLabel('E-mail').inputValue()).toBe(demo.operatorEmail);
  await tryWith('wrong again');
  await tryWith('and again');
  await page
    .getByRole('alert')
    .getByText(/^Too many attempts\. Try again (in|at) /)
    .waitFor();
  expect(await page.getByRole('button', { name: 'Sign in' }).isDisabled()).toBe(true);
});

test('who signs out in one tab is out in all of them, and nothing of theirs stays', async () => {
  const stage = await openStage();
  const { john } = await talk(stage);
  const other = await john.page.context().newPage();
  await other.goto(`${stage.server.url}/panel/`);
  await other.getByRole('button', { name: 'My presence' }).click();
  await other.getByRole('menuitem', { name: 'Sign out' }).click();
  for (const page of [other, john.page]) {
    await page.getByLabel('Password').waitFor();
    expect(await page.getByText('Hello').count()).toBe(0);
  }
});

test('light, dark, or as the device says, kept across a reload', async () => {
  const stage = await openStage();
  const { page } = await stage.operator({ path: '#/settings' });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.emulateMedia({ colorScheme: 'dark' });
  await eventually(background).not.toBe(light);
  const dark = await background();
  await page.getByText('Light', { exact: true }).click();
  await eventually(background).toBe(light);
  await page.reload();
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  expect(await background()).toBe(light);
  await page.emulateMedia({ colorScheme: 'light' });
  await page.getByText('Dark', { exact: true }).click();
  await eventually(background).toBe(dark);
});

test('in Hebrew everything is mirrored and nothing is wider than the screen', async () => {
  const stage = await openStage();
  const { customer } = await talk(stage);
  await customer.write('averylongwordwithoutanyspacesthatcouldpushthewholescreenwideropenthanitshouldbe'.repeat(3));
  const { page, rows } = await stage.operator({ stored: { language: 'he' }, presence: 'מחובר' });
  expect(await page.evaluate(() => [document.documentElement.dir, document.documentElement.lang])).toEqual([
    'rtl',
    'he',
  ]);
  for (const width of [1440, 1024, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of ['', '#/settings', '#/closed', 'session'] as const) {
      if (path === 'session') {
        await page.goto(`${stage.server.url}/panel/`);
        await rows.first().click();
        await page.getByRole('textbox').waitFor();
      } else await page.goto(`${stage.server.url}/panel/${path}`);
      await page.evaluate(() => document.fonts.ready);
      expect(await page.evaluate(widerThanScreen), `${path} at ${width}`).toEqual([]);
    }
  }
  await page.setViewportSize({ width: 1440, height: 800 });
  const [rail, list] = [await page.getByRole('navigation').first().boundingBox(), await rows.first().boundingBox()];
  expect(rail?.x).toBeGreaterThan(list?.x ?? Number.NaN);
});

test('finished conversations are counted before anybody looks at them', async () => {
  const stage = await openStage();
  const { john } = await talk(stage);
  await eventually(() => john.list('Closed').innerText()).toMatch(/Closed\s+0/);
  await john.finish();
  await eventually(() => john.list('Closed').innerText()).toMatch(/Closed\s+1/);
  await john.page.reload();
  await eventually(() => john.list('Closed').innerText()).toMatch(/Closed\s+1/);
  await john.openList('Closed');
  await eventually(() => john.rows.count()).toBe(1);
  expect(await john.list('Closed').innerText()).toMatch(/Closed\s+1/);
});

test('2 000 conversations are counted, scroll to the last one, and only those in sight are drawn', async () => {
  const stage = await openStage();
  await (await stage.server.asOperator()).call('pause');
  const first = await stage.server.asClient();
  const { sessionId } = await first.call('widgetSend', { body: { body: 'Question 0' } });
  await fillHelp(stage.server, sessionId, 2000);
  const { page, rows, openList, list } = await stage.operator({ presence: 'Paused' });
  await openList('Help');
  await list('Help').getByText('2,000').waitFor();
  await rows.first().waitFor();
  expect(await rows.count()).toBeLessThan(50);
  const scroller = page.getByRole('list', { name: 'Help' }).locator('..');
  await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await page.getByText('Question 1999', { exact: true }).waitFor();
  expect(await rows.count()).toBeLessThan(50);
});

test('a long conversation opens at its newest message, and older ones come without moving what is read', async () => {
  const stage = await openStage();
  const own = await stage.server.asOperator();
  const line = await own.listen();
  const client = await stage.server.asClient();
  const { sessionId } = await client.call('widgetSend', { body: { body: 'Hello' } });
  for (let n = 1; n <= 260; n++) {
    await own.call('sendMessage', { params: { sessionId }, body: { body: `Line ${n}` } });
  }
  const john = await stage.operator();
  line.close();
  await john.openSession('Hello');
  await john.messages.getByText('Line 260', { exact: true }).waitFor();
  const drawn = async () => (await john.said()).length;
  expect(await drawn()).toBeLessThan(200);
  const fromEnd = () => john.messages.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
  expect(await fromEnd()).toBeLessThan(48);
  const shown = await drawn();
  const read = await john.messages.evaluate((box) => {
    box.scrollTo(0, 300);
    const message = box.querySelectorAll<HTMLElement>('[data-number]')[15];
    return { number: message?.dataset.number, y: message?.getBoundingClientRect().y };
  });
  await eventually(drawn).toBeGreaterThan(shown);
  const now = await john.messages.locator(`[data-number="${read.number}"]`).boundingBox();
  // Heights are fractions of a pixel, scrolling is not.
  expect(Math.abs((now?.y ?? Number.NaN) - (read.y ?? Number.NaN))).toBeLessThan(2);

  await client.call('widgetSend', { body: { body: 'Down here' } });
  await john.page.getByRole('button', { name: '1 new message' }).click();
  await eventually(fromEnd).toBeLessThan(48);
  await john.message('Down here').waitFor();
});

async function talk(stage: Stage) {
  const [john, customer] = [await stage.operator(), await stage.customer()];
  await customer.openWidget();
  await customer.write('Hello');
  await john.openSession('Hello');
  await john.field.waitFor();
  const sessionId = new URL(john.page.url()).hash.split('/').at(-1) ?? '';
  return { stage, john, customer, sessionId };
}

// ─── Inside the page ─────────────────────────────────────────────────────────────────────────────────────────────────

/** What has the focus, and whether one can see that. */
function focused(): { name: string; isMarked: boolean } {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) return { name: '', isMarked: true };
  const name = element.getAttribute('aria-label') ?? element.closest('label')?.textContent ?? element.textContent ?? '';
  const marks = [element, element.parentElement ?? element].map((each) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
    return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
  });
  return { name: name.trim(), isMarked: marks.some(Boolean) };
}

function widerThanScreen(): string[] {
  const root = document.documentElement;
  const found = root.scrollWidth > innerWidth ? [`page ${root.scrollWidth} > ${innerWidth}`] : [];
  for (const element of document.querySelectorAll<HTMLElement>('body *')) {
    const { left, right, width } = element.getBoundingClientRect();
    const hidden = element.closest('.sr-only') !== null || width <= 1;
    if (!hidden && (left < -1 || right > innerWidth + 1)) found.push(`${element.tagName} ${element.className}`);
  }
  return found;
}
