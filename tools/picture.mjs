// Makes docs/panel-and-widget.png: the panel beside the widget in the demo shop, on a seeded throw-away server.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { findChromium } from './chromium.mjs';
import { findNode, isNewEnough, Mendable, projectEnvironment, root, runInForeground, say, tool } from './node.mjs';

const target = join(root, 'docs', 'panel-and-widget.png');
const mostBytes = 250_000;
const john = 'John Smith';

/** Minutes ago, who, what. Whoever is not John is a client; a number stands for one without a name. */
const talk = [
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
const onThePage = ['Daniel Ortiz', 'Café Mirabelle', 'Jin-woo Park', 'Lena Hoffmann', 2];
const mostSessions = 7;

await tool(async () => {
  if (!isNewEnough()) {
    return runInForeground(findNode(), [fileURLToPath(import.meta.url)], { env: projectEnvironment() });
  }
  process.env.CHROMIUM = findChromium();
  if (!process.env.CHROMIUM) throw new Mendable('No Chromium on this machine; apt install chromium, or set CHROMIUM.');
  await ensureBuilt();
  await take();
  const { size } = statSync(target);
  say(`${target}: ${Math.round(size / 1000)} KB`);
  if (size > mostBytes) throw new Mendable(`The picture is larger than ${mostBytes / 1000} KB.`);
});

async function take() {
  const { startTestServer } = await import('../apps/server/src/testing/start-test-server.ts');
  const { launchChromium } = await import('../apps/server/src/testing/browser/launch.ts');
  const { demo } = await import('../apps/server/src/demo/seed.ts');
  const clock = clockInThePast();
  const server = await startTestServer({ clock });
  const browser = await launchChromium();
  try {
    const { tokens, operator } = await seed(server, clock, demo);
    const shop = await shopPage(browser, server.url, demo.channelId, tokens.get('Olena Marchenko'));
    const panel = await panelPage(browser, server.url, operator.token);
    await shop.getByText('That explains a lot!').waitFor();
    await shop.locator('.tick[aria-label="Read"]').last().waitFor();
    await compose(browser, await panel.screenshot(), await shop.screenshot());
  } finally {
    await browser.close();
    await server[Symbol.asyncDispose]();
  }
}

async function seed(server, clock, demo) {
  await server.database.transaction((db) =>
    db.updateTable('organizations').set({ max_sessions: mostSessions }).where('id', '=', demo.organizationId).execute(),
  );
  clock.goTo(60);
  const operator = await server.asOperator();
  await operator.listen();
  const { createClient } = await import('../packages/sdk/src/index.ts');
  const stranger = createClient({ baseUrl: server.url, token: () => null });
  const tokens = new Map();
  const sessions = new Map();
  for (const [minutes, who, body, to] of talk) {
    clock.goTo(minutes);
    if (who === john) {
      const params = { sessionId: sessions.get(to) };
      const { items } = await operator.call('messages', { params });
      await operator.call('readSession', { params, body: { messageId: items.at(-1).id } });
      await operator.call('sendMessage', { params, body: { body } });
      continue;
    }
    if (!tokens.has(who)) {
      const page = 'https://leaf-and-kettle.example/teas';
      const name = typeof who === 'string' ? who : null;
      const opened = await stranger.call('widgetOpen', { body: { guid: demo.channelId, name, page, lang: 'en' } });
      tokens.set(who, opened.clientToken);
      if (onThePage.includes(who)) await server.withToken(opened.clientToken, 'widget').listen();
    }
    const { sessionId } = await server.withToken(tokens.get(who)).call('widgetSend', { body: { body } });
    sessions.set(who, sessionId);
  }
  clock.goTo(0);
  await server.settled();
  return { tokens, operator };
}

async function panelPage(browser, url, token) {
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

async function shopPage(browser, url, guid, token) {
  const context = await browser.newContext({ viewport: { width: 500, height: 800 }, locale: 'en-GB' });
  await context.addInitScript(
    ([key, value]) => localStorage.setItem(key, value),
    [`switchboard:${guid}::token`, token],
  );
  const page = await context.newPage();
  await page.goto(`${url}/demo/shop`);
  await page.locator('.launcher').click();
  return page;
}

async function compose(browser, panel, shop) {
  const context = await browser.newContext({ viewport: { width: 1900, height: 880 }, deviceScaleFactor: 0.8 });
  const page = await context.newPage();
  const source = (image) => `data:image/png;base64,${image.toString('base64')}`;
  await page.setContent(`<style>
      body { margin: 0; padding: 40px; display: flex; gap: 40px; background: #e9ebf5; }
      img { display: block; border-radius: 12px; box-shadow: 0 0 0 1px #0001, 0 12px 32px #14182324; }
    </style><img src="${source(panel)}"><img src="${source(shop)}">`);
  await page
    .locator('img')
    .last()
    .evaluate((image) => image.decode());
  await page.screenshot({ path: target });
}

/** So many minutes before now, and then it goes on. */
function clockInThePast() {
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
