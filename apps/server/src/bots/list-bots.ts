import type { Bot, Query } from '@switchboard/protocol';
import { type CompanyActor, type OperatorActor, tenantOf } from '../actor.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { findBot, findBots } from './bot.store.ts';
import { presentBot } from './bot.ts';

export async function listBots(
  app: App,
  actor: CompanyActor | OperatorActor,
  query: Query<'bots'>,
): Promise<{ count: number | undefined; items: Bot[] }> {
  const { count, rows } = await findBots(app.read, tenantOf(actor), query);
  return { count, items: rows.map(presentBot) };
}

export async function showBot(app: App, actor: CompanyActor | OperatorActor, botId: string): Promise<Bot> {
  const row = await findBot(app.read, tenantOf(actor), botId);
  if (!row) throw notFound('bot');
  return presentBot(row);
}
