import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, expect, onTestFinished } from 'vitest';
import type { Config } from '../../config.ts';
import { demo } from '../../demo/seed.ts';
import { type Cable, layCable } from '../cable.ts';
import { startTestServer, type TestServer } from '../start-test-server.ts';
import type { TestClock } from '../test-clock.ts';
import { type Customer, customerAt } from './customer.ts';
import { launchChromium } from './launch.ts';
import { type Operator, operatorAt } from './operator.ts';
import { serveSite } from './site.ts';

export interface Stage {
  /** Another one after `restart`. */
  readonly server: TestServer;
  /** A browser of its own: cookies, storage, network. What goes wrong in its pages fails the test. */
  open(options?: BrowserContextOptions): Promise<BrowserContext>;
  /** Between one browser and the server. */
  cable(): Promise<Cable>;
  /** Somebody else's page, on an origin of its own. Answers its address. */
  site(body: string, headers?: Record<string, string>): Promise<string>;
  /** A customer in the demo shop. */
  customer(options?: PlayerOptions): Promise<Customer>;
  /** An operator whose panel is signed in already; John Smith if not said otherwise. */
  operator(options?: OperatorOptions): Promise<Operator>;
  /** Resolves when this operator's panel shows all that was told so far. */
  caughtUp(operator: Operator): Promise<void>;
  restart(): Promise<void>;
}

interface PlayerOptions {
  /** Where the browser finds the server: its own address, or a cable's. */
  url?: string;
  /** A new browser's options, or the browser of a page that was here before. */
  context?: BrowserContextOptions | BrowserContext;
}
interface OperatorOptions extends PlayerOptions {
  operatorId?: number;
  /** A login of this operator's own; else a token that the company issued. */
  signIn?: { token: string; refreshToken: string };
  /** After `/panel/`, as in `#/settings`. */
  path?: string;
  /** Lies in the panel's storage already: `language`, `preferences`. */
  stored?: Record<string, string>;
  /** What the panel must say of it before the test goes on. */
  presence?: string;
}

/** Asks until the answer fits. */
export const eventually = <T>(read: () => T, message?: string) =>
  expect.poll(read, { timeout: 15_000, interval: 25, ...(message !== undefined && { message }) });

let browser: Promise<Browser> | undefined;
afterAll(async () => await (await browser)?.close());

/** A server and as many browsers as a test wants, all closed with the test. */
export async function openStage(config: Partial<Config> = {}): Promise<Stage> {
  browser ??= launchChromium();
  const chromium = await browser;
  let server = await startTestServer({ clock: realClock(), config });
  const contexts: BrowserContext[] = [];
  const others: AsyncDisposable[] = [];
  const ears = new Map<Operator, { frames: string[]; feeds: string[] }>();
  const problems: string[] = [];

  onTestFinished(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    for (const other of others) await other[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    expect(problems, 'errors in the pages').toEqual([]);
  });

  const open: Stage['open'] = async (options) => {
    const context = await chromium.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en', ...options });
    context.setDefaultTimeout(15_000);
    context.on('page', (page) => collectProblems(page, problems));
    contexts.push(context);
    return context;
  };
  const contextOf = async (given: PlayerOptions['context']): Promise<BrowserContext> =>
    given && 'newPage' in given ? given : open(given);
  return {
    get server() {
      return server;
    },
    open,
    async cable() {
      const cable = await layCable(server.url);
      others.push(cable);
      return cable;
    },
    async site(body, headers) {
      const site = await serveSite(body, headers);
      others.push(site);
      return site.url;
    },
    async customer({ url = server.url, context } = {}) {
      const page = await (await contextOf(context)).newPage();
      await page.goto(`${url}/demo/shop`);
      const customer = customerAt(page);
      await customer.launcher.waitFor();
      return customer;
    },
    async operator({ url = server.url, context, presence = 'Online', ...rest } = {}) {
      const { operatorId = demo.operatorId, path = '', stored = {} } = rest;
      const { token, refreshToken } = rest.signIn ?? {
        token: (await server.asOperator(operatorId)).token,
        refreshToken: 'none',
      };
      const entry = { signIn: JSON.stringify({ token, refreshToken }), ...stored };
      const own = await contextOf(context);
      await own.addInitScript(keepOnce, entry);
      const page = await own.newPage();
      const frames = framesOf(page);
      await page.goto(`${url}/panel/${path}`);
      const operator = operatorAt(page);
      ears.set(operator, { frames, feeds: [`organization:${demo.organizationId}`, `operator:${operatorId}`] });
      await page.getByRole('button', { name: presence }).waitFor();
      return operator;
    },
    async caughtUp(operator) {
      const { frames, feeds } = ears.get(operator) ?? { frames: [], feeds: [] };
      await server.settled();
      const fences = feeds.map((feed) => ({ feed, id: crypto.randomUUID() }));
      await server.app.transact(async (tx) => {
        for (const { feed, id } of fences) tx.append([feed], 'fence', { id });
      });
      await eventually(() => fences.filter(({ id }) => !frames.some((frame) => frame.includes(id)))).toEqual([]);
      await operator.page.evaluate(drawn);
    },
    async restart() {
      server = await server.restart();
    },
  };
}

/** Runs in the page before its own scripts. Only once: what the panel changes later stays. */
function keepOnce(entry: Record<string, string>): void {
  try {
    if (localStorage.getItem('switchboard.prepared')) return;
    localStorage.setItem('switchboard.prepared', 'yes');
    for (const [key, value] of Object.entries(entry)) localStorage.setItem(`switchboard.${key}`, value);
  } catch {
    // A page that may not store anything.
  }
}

function framesOf(page: Page): string[] {
  const frames: string[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => frames.push(String(payload))));
  return frames;
}

/** Runs in the page: what has been heard is on screen. */
const drawn = () =>
  new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));

/** Errors that a network which comes and goes explains are no problem; all others are. */
const ofTheNetwork = /net::ERR_|Failed to load resource|WebSocket connection to .* failed|WebSocket is closed/;

function collectProblems(page: Page, problems: string[]): void {
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error' || ofTheNetwork.test(message.text())) return;
    problems.push(`${page.url()}: ${message.text()}`);
  });
}

function realClock(): TestClock {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    advance(milliseconds) {
      ahead += milliseconds;
    },
  };
}
