// Makes the picture of the README. Run it by `node tools/picture.mjs`, which builds first.
import { join } from 'node:path';
import { createClient } from '@switchboard/sdk';
import type { Browser, Page } from 'playwright-core';
import { demo } from '../../demo/seed.ts';
import { type Listener, listen } from '../listen.ts';
import { type Caller, startTestServer, type TestServer } from '../start-test-server.ts';
import type { TestClock } from '../test-clock.ts';
import { launchChromium } from './launch.ts';

const target = join(import.meta.dirname, '../../../../../docs/panel-and-widget.png');
const john = 'John Smith';

type Client = string | number;
/** Minutes ago, who, what. Whoever is not John is a client; a number stands for one without a name. */
const lines: readonly (readonly [number, Client, string, Client?])[] = [
  [52, 'Thomas Weber', 'Ich brauche eine Rechnung mit Umsatzsteuer.'],
  [50, john, 'Sie kommt in einer Minute per E-Mail.', 'Thomas Weber'],
  [47, 'Noa Friedman', 'One tin in my parcel is dented'],
  [45, john, 'I am sorry! A new one leaves today, keep the other.', 'Noa Friedman'],
  [41, 'Hotel Atlas', 'Could you do a tasting for our breakfast team?'],
  [38, john, 'Gladly. Would Tuesday at ten suit you?', 'Hotel Atlas'],
  [34, 1, 'Can I return a tin that I have opened?'],
  [33, john, 'Yes, within 30 days.', 1],
  [28, 'Jin-woo Park', 'Which tea would you begin with?'],
  [26, john, 'Mountain Sencha, then the oolong.', 'Jin-woo Park'],
  [14, 'Olena Marchenko', 'Hello! Order 4817 says delivered, but there is no parcel here.'],
  [13, john, 'Hello Olena! Let me look that up.', 'Olena Marchenko'],
  [12, john, 'The courier left it with your neighbour at number 14 this morning.', 'Olena Marchenko'],
  [11, 'Olena Marchenko', 'Found it, thank you!'],
  [9, 'Daniel Ortiz', 'Do you make gift boxes for an office of forty?'],
  [8, john, 'We do, with your own card in each. Shall I send examples?', 'Daniel Ortiz'],
  [3.2, 'Daniel Ortiz', 'Please! And the price for forty'],
  [2.5, 'Olena Marchenko', 'One more thing: how hot should the water be for the sencha?'],
  [1.8, john, '70 °C, and one minute is enough. Boiling water makes it bitter.', 'Olena Marchenko'],
  [0.9, 'Café Mirabelle', 'Our monthly black tea has not come yet'],
  [0.7, 'Lena Hoffmann', 'Is the honey oolong organic?'],
  [0.5, 2, 'Hello, do you ship to Norway?'],
  [0.3, 'Olena Marchenko', 'That explains a lot!'],
];
const onThePage: readonly Client[] = ['Daniel Ortiz', 'Café Mirabelle', 'Jin-woo Park', 'Lena Hoffmann', 2];
const mostSessions = 7;

const clock = clockInThePast();
const server = await startTestServer({ clock });
const browser = await launchChromium();
const listeners: Listener[] = [];
try {
  const { clientToken, operatorToken } = await seed(server, clock);
  const shop = await shopPage(browser, server.url, clientToken);
  const panel = await panelPage(browser, server.url, operatorToken);
  await shop.getByText('That explains a lot!').waitFor();
  await shop.getByRole('img', { name: 'Read' }).last().waitFor();
  await compose(browser, await panel.screenshot(), await shop.screenshot());
} finally {
  await browser.close();
  for (const listener of listeners) listener.close();
  await server[Symbol.asyncDispose]();
}

/** Everything as it would have happened in the last hour. Answers the tokens of Olena and John. */
async function seed({ database, url, ...server }: TestServer, clock: PastClock) {
  await database.transaction((db) =>
    db.updateTable('organizations').set({ max_sessions: mostSessions }).where('id', '=', demo.organizationId).execute(),
  );
  clock.goTo(60);
  const operator = await server.asOperator();
  await operator.listen();
  const clients = new Map<Client, Caller>();
  const sessions = new Map<Client, string>();
  for (const [minutes, who, body, to] of lines) {
    clock.goTo(minutes);
    if (to !== undefined) {
      const params = { sessionId: sessions.get(to) ?? '' };
      const { items = [] } = await operator.call('messages', { params });
      await operator.call('readSession', { params, body: { messageId: items.at(-1)?.id ?? '' } });
      await operator.call('sendMessage', { params, body: { body } });
      continue;
    }
    const client = clients.get(who) ?? (await openClient(who));
    clients.set(who, client);
    sessions.set(who, (await client.call('widgetSend', { body: { body } })).sessionId);
  }
  clock.goTo(0);
  await server.settled();
  return { clientToken: clients.get('Olena Marchenko')?.token ?? '', operatorToken: operator.token };

  async function openClient(who: Client): Promise<Caller> {
    const page = 'https://leaf-and-kettle.example/teas';
    const body = { guid: demo.channelId, name: typeof who === 'string' ? who : null, page, lang: 'en' };
    const { clientToken } = await createClient({ baseUrl: url, token: () => null }).call('widgetOpen', { body });
    if (onThePage.includes(who)) listeners.push(await listen(url, clientToken, 'widget'));
    return server.withToken(clientToken);
  }
}

async function panelPage(browser: Browser, url: string, token: string): Promise<Page> {
  const signIn = JSON.stringify({ token, refreshToken: 'none' });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
  await context.addInitScript((value) => localStorage.setItem('switchboard.signIn', value), signIn);
  const page = await context.newPage();
  await page.goto(`${url}/panel/`);
  await page.getByRole('button', { name: 'My presence: Online' }).waitFor();
  await page.locator('a[href^="#/sessions/"]').filter({ hasText: 'Olena' }).click();
  await page
    .getByRole('textbox', { name: 'Answer to' })
    .fill('Enjoy it! Shall I put a thermometer into your next parcel?');
  await page.getByText('That explains a lot!').last().waitFor();
  await page.getByText('New', { exact: true }).waitFor();
  await page.locator('body').hover({ position: { x: 700, y: 110 } });
  return page;
}

async function shopPage(browser: Browser, url: string, token: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 500, height: 800 }, locale: 'en-GB' });
  await context.addInitScript(({ key, value }) => localStorage.setItem(key, value), {
    key: `switchboard:${demo.channelId}::token`,
    value: token,
  });
  const page = await context.newPage();
  await page.goto(`${url}/demo/shop`);
  await page.locator('.launcher').click();
  return page;
}

async function compose(browser: Browser, panel: Buffer, shop: Buffer): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1900, height: 880 }, deviceScaleFactor: 0.8 });
  const page = await context.newPage();
  const source = (image: Buffer) => `data:image/png;base64,${image.toString('base64')}`;
  await page.setContent(`<style>
      body { margin: 0; padding: 40px; display: flex; gap: 40px; background: #e9ebf5; }
      img { display: block; border-radius: 12px; box-shadow: 0 0 0 1px #0001, 0 12px 32px #14182324; }
    </style><img src="${source(panel)}"><img src="${source(shop)}">`);
  await page
    .locator('img')
    .last()
    .evaluate((image) => (image as HTMLImageElement).decode());
  await page.screenshot({ path: target });
}

interface PastClock extends TestClock {
  goTo(minutesAgo: number): void;
}

/** So many minutes before now, and then it goes on. */
function clockInThePast(): PastClock {
  let behind = 0;
  return {
    now: () => Date.now() - behind,
    goTo(minutesAgo) {
      behind = minutesAgo * 60_000;
    },
    advance(milliseconds) {
      behind -= milliseconds;
    },
  };
}
