import type { Chat, Query } from '@switchboard/protocol';
import { type CompanyActor, type OperatorActor, tenantOf } from '../actor.ts';
import { notFound } from '../errors.ts';
import type { App } from '../parts.ts';
import { findChat, findChats } from './channel.store.ts';
import { presentChat } from './channel.ts';

export async function listChats(
  app: App,
  actor: CompanyActor | OperatorActor,
  query: Query<'chats'>,
): Promise<{ count: number | undefined; items: Chat[] }> {
  const { count, rows } = await findChats(app.read, tenantOf(actor), query);
  return { count, items: rows.map(presentChat) };
}

export async function showChat(app: App, actor: CompanyActor | OperatorActor, chatId: string): Promise<Chat> {
  const row = await findChat(app.read, tenantOf(actor), chatId);
  if (!row) throw notFound('channel');
  return presentChat(row);
}
