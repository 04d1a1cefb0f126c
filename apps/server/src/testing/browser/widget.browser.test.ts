import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { demo } from '../../demo/seed.ts';
import { customerAt } from './customer.ts';
import { eventually, openStage, type Stage } from './stage.ts';

const tag = (host: string, attributes = '') =>
  `<script type="module" id="chat-widget-script" src="${host}/chat-widget/widget-script.js" guid="${demo.channelId}" ${attributes}></script>`;

test('closed and idle it costs its page one script: no other request, no socket', async () => {
  const stage = await openStage();
  const page = await (await stage.open()).newPage();
  const traffic = trafficOf(page);
  await page.goto(`${stage.server.url}/demo/shop`);
  const customer = customerAt(page);
  await customer.launcher.waitFor();
  await page.waitForLoadState('networkidle');
  expect(traffic.paths.filter((path) => !path.startsWith('/demo/'))).toEqual(['/chat-widget/widget-script.js']);
  expect(traffic.openSockets()).toBe(0);

  const john = await stage.server.asOperator();
  await customer.openWidget();
  await customer.write('Hello');
  await customer.message('Hello').getByRole('img', { name: 'Sent' }).waitFor();
  expect(traffic.openSockets()).toBe(1);
  await customer.closeWidget();
  const [session] = (await john.call('sessions', { query: { limit: 1 } })).items ?? [];
  expect(traffic.openSockets(), 'an open session is listened to').toBe(1);
  await customer.openWidget();
  await customer.endChat();
  expect(session?.status).toBe('HELP');
  await customer.closeWidget();
  await eventually(traffic.openSockets).toBe(0);

  traffic.paths.length = 0;
  await page.reload();
  await customer.launcher.waitFor();
  await page.waitForLoadState('networkidle');
  expect(traffic.paths.filter((path) => path.startsWith('/api/'))).toEqual([]);
  expect(traffic.openSockets()).toBe(0);
});

test.each([
  { lang: 'he', dir: 'rtl', open: 'פתיחת הצ׳אט', write: 'כתיבת הודעה' },
  { lang: 'uk', dir: 'ltr', open: 'Відкрити чат', write: 'Напишіть повідомлення' },
])('closed and idle it asks for no language either: $lang comes with the first open', async (expected) => {
  const { lang, dir, open, write } = expected;
  const stage = await openStage();
  const page = await strangersPage(stage, tag(stage.server.url, `lang="${lang}"`));
  const traffic = trafficOf(page);
  await page.reload();
  const { widget } = customerAt(page);
  const launcher = widget.getByRole('button', { name: open, exact: true });
  await launcher.waitFor();
  await page.waitForLoadState('networkidle');
  expect(traffic.paths).toEqual(['/', '/chat-widget/widget-script.js']);
  expect(traffic.openSockets()).toBe(0);
  const root = widget.locator('.root');
  expect([await root.getAttribute('lang'), await root.getAttribute('dir')]).toEqual([lang, dir]);

  await launcher.click();
  await widget.getByRole('textbox', { name: write }).waitFor();
  const languages = () => traffic.paths.filter((path) => path.startsWith('/chat-widget/assets/'));
  expect(languages()).toEqual([expect.stringContaining(`/${lang}-`)]);
  await widget.locator('.launcher').click();
  await launcher.click();
  await widget.getByRole('textbox', { name: write }).waitFor();
  expect(languages(), 'once').toHaveLength(1);
});

test("works on another origin's page under a strict Content-Security-Policy, with nothing reported", async () => {
  const stage = await openStage();
  const { url } = stage.server;
  const john = await stage.operator();
  const policy = `default-src 'none'; script-src ${url}; style-src 'self'; connect-src ${url} ${url.replace('http', 'ws')}; report-uri /report`;
  const page = await strangersPage(stage, `<h1>Strict</h1>${tag(url)}`, { 'Content-Security-Policy': policy });
  const reports: string[] = [];
  page.on('request', (request) => request.url().endsWith('/report') && reports.push(request.postData() ?? ''));
  const customer = customerAt(page);
  await customer.openWidget();
  await customer.write('Hello from another origin');
  await john.openSession('Hello from another origin');
  await john.write('Hello over there');
  await customer.message('Hello over there').waitFor();
  const { width, height } = (await customer.widget.locator('.panel').boundingBox()) ?? {};
  expect({ width, height }, 'its own styles are in force').toEqual({ width: 380, height: 620 });
  expect(reports).toEqual([]);
});

test("the page's styles do not reach in, and nothing of the widget's leaks out", async () => {
  const stage = await openStage();
  const { url } = stage.server;
  const context = await stage.open();
  await context.addInitScript(() => {
    (window as unknown as Record<string, unknown>).namesBefore = Object.getOwnPropertyNames(window);
  });
  const rude = '* { color: red !important; font-size: 40px !important; direction: rtl !important; all: revert; }';
  const page = await context.newPage();
  await page.goto(await stage.site(`<style>${rude}</style><p>Page</p>${tag(url)}`));
  const customer = customerAt(page);
  await customer.openWidget();
  await customer.write('Readable');
  const bubble = customer.message('Readable').locator('.bubble');
  await bubble.waitFor();
  const look = await bubble.evaluate((element) => {
    const { color, fontSize, direction } = getComputedStyle(element);
    return { color, fontSize, direction };
  });
  expect(look).toEqual({
    color: 'rgb(255, 255, 255)',
    fontSize: expect.stringMatching(/^1[3-6]px$/),
    direction: 'ltr',
  });
  const { width } = (await customer.widget.locator('.panel').boundingBox()) ?? {};
  expect(width).toBe(380);
  expect(
    await page
      .locator('p')
      .first()
      .evaluate((element) => getComputedStyle(element).color),
  ).toBe('rgb(255, 0, 0)');
  const leaked = await page.evaluate(() => {
    const before = new Set((window as unknown as { namesBefore: string[] }).namesBefore);
    return Object.getOwnPropertyNames(window).filter((name) => !before.has(name) && !/^__playwright|^\d+$/.test(name));
  });
  expect(leaked).toEqual(['namesBefore']);
});

test('comes and goes with its tag', async () => {
  const stage = await openStage();
  const page = await strangersPage(stage, tag(stage.server.url));
  const traffic = trafficOf(page);
  const customer = customerAt(page);
  await customer.openWidget();
  await customer.widget.getByText('Hello! Ask us anything').waitFor();
  await eventually(traffic.openSockets).toBe(1);
  await page.evaluate(() => document.getElementById('chat-widget-script')?.remove());
  await customer.widget.waitFor({ state: 'detached' });
  await eventually(traffic.openSockets).toBe(0);
  await page.evaluate(
    ({ src, guid }) => {
      const script = document.createElement('script');
      Object.assign(script, { type: 'module', id: 'chat-widget-script', src });
      script.setAttribute('guid', guid);
      document.body.append(script);
    },
    { src: `${stage.server.url}/chat-widget/widget-script.js`, guid: demo.channelId },
  );
  await customer.openWidget();
  expect(await customer.widget.count()).toBe(1);
});

test('the same customer after a reload, and in two tabs at once', async () => {
  const stage = await openStage();
  const [john, customer] = [await stage.operator(), await stage.customer()];
  await customer.openWidget();
  await customer.write('First page');
  await john.openSession('First page');
  await customer.page.goto(`${stage.server.url}/demo/shop?second`);
  await customer.openWidget();
  await customer.message('First page').waitFor();
  const other = await stage.customer({ context: customer.page.context() });
  await other.openWidget();
  await other.message('First page').waitFor();

  await customer.write('From the first tab');
  await other.message('From the first tab').waitFor();
  await other.write('From the second tab');
  await customer.message('From the second tab').waitFor();
  await john.write('One of you');
  const all = ['First page', 'From the first tab', 'From the second tab', 'One of you'];
  for (const side of [customer, other, john]) await eventually(() => side.said()).toEqual(all);
  expect(await john.rows.count()).toBe(1);

  await other.closeWidget();
  await customer.closeWidget();
  await john.write('News');
  for (const tab of [customer, other]) await tab.widget.getByTestId('unread').waitFor();
  await other.openWidget();
  await customer.widget.getByTestId('unread').waitFor({ state: 'detached' });
});

test('an unknown guid says that there is no chat, a missing one shows nothing', async () => {
  const stage = await openStage();
  const unknown = '00000000-0000-4000-8000-00000000dead';
  const page = await strangersPage(stage, tag(stage.server.url).replace(demo.channelId, unknown));
  const customer = customerAt(page);
  await customer.openWidget();
  await customer.widget.getByText('The chat is not available right now.').waitFor();
  await customer.widget.getByRole('button', { name: 'Try again' }).waitFor();

  const bare = await strangersPage(stage, tag(stage.server.url).replace(/guid="[^"]*"/, ''));
  const warned = bare.waitForEvent('console', (message) => message.text().includes('has no guid'));
  await bare.reload();
  await warned;
  expect(await customerAt(bare).widget.count()).toBe(0);
});

test('works where the browser forbids storage', async () => {
  const stage = await openStage();
  const john = await stage.operator();
  const context = await stage.open();
  await context.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('Access is denied for this document.', 'SecurityError');
      },
    });
  });
  const customer = await stage.customer({ context });
  await customer.openWidget();
  await customer.write('Privately');
  await john.openSession('Privately');
  await john.write('I can keep a secret');
  await customer.message('I can keep a secret').waitFor();
  expect(await customer.said()).toEqual(['Privately', 'I can keep a secret']);
});

test('fills the screen of a phone, with letters that do not make it zoom', async () => {
  const stage = await openStage();
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const customer = await stage.customer({ context: phone });
  await customer.openWidget();
  // It slides in.
  await eventually(async () => {
    const { x, y, width, height } = (await customer.widget.locator('.panel').boundingBox()) ?? {};
    return [x, y, width, height].map((each) => Math.round(each ?? Number.NaN));
  }).toEqual([0, 0, 390, 844]);
  const size = await customer.field.evaluate((element) => Number.parseFloat(getComputedStyle(element).fontSize));
  expect(size).toBeGreaterThanOrEqual(16);
  await customer.widget.getByRole('button', { name: 'Close chat' }).first().click();
  await customer.launcher.waitFor();
});

test('speaks the language of its page and stands where reading ends', async () => {
  const stage = await openStage();
  const page = await strangersPage(stage, tag(stage.server.url, 'lang="he"'));
  await page.getByTestId('chat-widget').locator('.launcher').click();
  const root = page.getByTestId('chat-widget').locator('.root');
  await root.getByRole('textbox', { name: 'כתיבת הודעה' }).waitFor();
  expect(await root.getAttribute('dir')).toBe('rtl');
  const { x = Number.NaN } = (await root.locator('.panel').boundingBox()) ?? {};
  expect(x).toBeLessThan(100);
});

async function strangersPage(stage: Stage, body: string, headers?: Record<string, string>): Promise<Page> {
  const context: BrowserContext = await stage.open();
  const page = await context.newPage();
  await page.goto(await stage.site(body, headers));
  return page;
}

function trafficOf(page: Page) {
  const paths: string[] = [];
  let sockets = 0;
  page.on('request', (request) => paths.push(new URL(request.url()).pathname));
  page.on('websocket', (socket) => {
    sockets += 1;
    socket.on('close', () => {
      sockets -= 1;
    });
  });
  return { paths, openSockets: () => sockets };
}
