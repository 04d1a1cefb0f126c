import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { operatorAt } from './operator.ts';
import { eventually, openStage, type Stage } from './stage.ts';

const id = 'operator-chat-panel-script';
const sarahId = 102;

test('the CRM shows the panel, replaces its token under an open conversation, and takes it away', async () => {
  const stage = await openStage();
  const page = await (await stage.open()).newPage();
  await page.goto(`${stage.server.url}/demo/crm`);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Online' }).waitFor();

  const customer = await stage.customer();
  await customer.openWidget();
  await customer.write('Two parcels, please');
  const john = operatorAt(page, frame);
  await john.openSession('Two parcels, please');
  await john.write('Half an answer');
  await customer.message('Half an answer').waitFor();

  const asked = page.waitForResponse('**/demo/operator-token');
  await page.getByRole('button', { name: 'Replace token' }).click();
  await asked;
  await john.write('The whole answer');
  await customer.message('The whole answer').waitFor();
  expect(await page.locator('iframe').count()).toBe(1);
  await page.getByRole('button', { name: 'Remove panel' }).click();
  await page.locator('iframe').waitFor({ state: 'detached' });
});

test('raw and quoted tokens, two operators side by side, and no token in any address', async () => {
  const stage = await openStage();
  const [john, sarah] = [(await stage.server.asOperator()).token, (await stage.server.asOperator(sarahId)).token];
  const context = await stage.open();
  const page = await context.newPage();
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url(), request.headers().referer ?? ''));
  page.on('websocket', (socket) => addresses.push(socket.url()));
  page.on('framenavigated', (frame) => addresses.push(frame.url()));
  await page.goto(await stage.site(''));
  await addTag(page, stage, john);
  await addTag(page, stage, `"${sarah}"`, `${id}-24`);
  await eventually(() => shownOperators(page)).toEqual(['JS', 'SJ']);
  expect(addresses.some((address) => address.includes('/centrifugo/connection/websocket'))).toBe(true);
  for (const token of [john, sarah]) {
    const signature = token.split('.')[2] ?? '';
    expect(addresses.filter((address) => address.includes(signature))).toEqual([]);
  }
  expect(await context.cookies()).toEqual([]);

  for (const frame of await page.locator('iframe').all()) {
    await frame.contentFrame().getByRole('button', { name: 'Help' }).click();
    await frame.contentFrame().getByText('Nobody waits', { exact: true }).waitFor();
  }
  await page.evaluate((name) => document.getElementById(name)?.remove(), `${id}-24`);
  await eventually(() => shownOperators(page)).toEqual(['JS']);
});

test("a new tag with another operator's token replaces the panel", async () => {
  const stage = await openStage();
  const page = await strangersPage(stage);
  await addTag(page, stage, (await stage.server.asOperator()).token);
  await eventually(() => shownOperators(page)).toEqual(['JS']);
  await page.evaluate((name) => document.getElementById(name)?.remove(), id);
  await addTag(page, stage, (await stage.server.asOperator(sarahId)).token);
  await eventually(() => shownOperators(page)).toEqual(['SJ']);
  await setToken(page, (await stage.server.asOperator()).token);
  await eventually(() => shownOperators(page)).toEqual(['JS']);
});

test('an expired token raises a window error, at once or when the panel finds out, and a fresh one mends it', async () => {
  const stage = await openStage();
  const page = await strangersPage(stage);
  const errors = await windowErrors(page);
  const past = Buffer.from(JSON.stringify({ operator_id: 101, exp: 1_700_000_000 })).toString('base64url');
  await addTag(page, stage, `h.${past}.s`);
  await eventually(errors).toEqual([expect.stringContaining('token expired')]);
  expect(await page.locator('iframe').count()).toBe(0);

  await setToken(page, (await stage.server.asOperator()).token);
  await eventually(() => shownOperators(page)).toEqual(['JS']);
  stage.server.clock.advance(13 * 3600_000);
  await page.frameLocator('iframe').getByRole('button', { name: 'Closed' }).click();
  await eventually(errors).toHaveLength(2);
  expect(await errors()).toEqual([expect.stringContaining('token expired'), expect.stringContaining('token expired')]);
  await page.frameLocator('iframe').getByText('Your sign-in has ended').waitFor();

  await setToken(page, (await stage.server.asOperator()).token);
  await eventually(() => shownOperators(page)).toEqual(['JS']);
});

test('nobody but the page itself can hand a token in, and nobody but the panel can cry "expired"', async () => {
  const stage = await openStage();
  const [john, sarah] = [(await stage.server.asOperator()).token, (await stage.server.asOperator(sarahId)).token];
  const foreigner = await stage.site(`<script>
    addEventListener('message', ({ data: token }) => {
      parent.frames[0].postMessage({ source: 'switchboard-embed', type: 'token', token }, '*');
      parent.postMessage({ source: 'switchboard-panel', type: 'ready' }, '*');
      parent.postMessage({ source: 'switchboard-panel', type: 'tokenExpired' }, '*');
      parent.postMessage('done', '*');
    });
  </script>`);
  const page = await strangersPage(stage);
  const errors = await windowErrors(page);
  await addTag(page, stage, john);
  await eventually(() => shownOperators(page)).toEqual(['JS']);

  await page.evaluate(
    ({ src, token }) =>
      new Promise<void>((done) => {
        addEventListener('message', ({ data }) => data === 'done' && done());
        const frame = document.createElement('iframe');
        frame.id = 'foreigner';
        frame.src = src;
        frame.onload = () => frame.contentWindow?.postMessage(token, '*');
        document.body.append(frame);
      }),
    { src: foreigner, token: sarah },
  );
  // Whatever the panel heard before this it has dealt with.
  await page.frameLocator('iframe[title="Operator chat"]').getByRole('button', { name: 'Closed' }).click();
  await page.frameLocator('iframe[title="Operator chat"]').getByText('Nothing closed yet').waitFor();
  expect(await shownOperators(page)).toEqual(['JS']);
  expect(await errors()).toEqual([]);
});

async function strangersPage(stage: Stage): Promise<Page> {
  const page = await (await stage.open()).newPage();
  await page.goto(await stage.site('<h1>CRM</h1>'));
  return page;
}

async function addTag(page: Page, stage: Stage, token: string, name = id): Promise<void> {
  const tag = { src: `${stage.server.url}/operator-chat-panel/widget-script.js`, token, name };
  await page.evaluate(({ src, token, name }) => {
    const script = document.createElement('script');
    Object.assign(script, { type: 'module', id: name, src });
    script.setAttribute('token', token);
    document.body.append(script);
  }, tag);
}

const setToken = (page: Page, token: string) =>
  page.evaluate(({ id, token }) => document.getElementById(id)?.setAttribute('token', token), { id, token });

/** Whose panels are shown, in the order of the page. */
async function shownOperators(page: Page): Promise<string[]> {
  const frames = await page.locator('iframe[title="Operator chat"]').all();
  const texts = frames.map((frame) =>
    frame.contentFrame().getByRole('button', { name: 'My presence' }).allInnerTexts(),
  );
  return (await Promise.all(texts)).map(([text = '']) => text.split('\n')[0] ?? '');
}

/** Also keeps them from counting as a defect of the page. */
async function windowErrors(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    addEventListener('error', (event) => heard.push(event.message));
    Object.assign(window, { heard });
  });
  return () => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}
