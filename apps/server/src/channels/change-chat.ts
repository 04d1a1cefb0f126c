import type { Body, ChangedChat, Chat } from '@switchboard/protocol';
import { type CompanyActor, type OperatorActor, tenantOf } from '../actor.ts';
import { invalid, notFound } from '../errors.ts';
import type { Tx } from '../events/transaction.ts';
import { organizationsOfGroups } from '../groups/group.store.ts';
import type { App } from '../parts.ts';
import { findChat, hasBot, updateChannel } from './channel.store.ts';
import { columnsOf, presentChat } from './channel.ts';
import { badParts, type MeantForBot } from './check-chat.ts';

/** What is named. Sessions that are open keep what they began with. */
export async function changeChat(
  app: App,
  actor: CompanyActor | OperatorActor,
  { chatId, ...asked }: Body<'changeChat'> & { chatId: string },
): Promise<Chat> {
  return app.transact(async (tx) => {
    const seen = await findChat(tx.db, tenantOf(actor), chatId);
    if (!seen) throw notFound('channel');
    await tx.lockOrganization(seen.organization_id);
    const before = await findChat(tx.db, tenantOf(actor), chatId);
    if (!before) throw notFound('channel');
    await checkChat(tx, before.organization_id, asked, { ...presentChat(before), ...asked });
    const change = columnsOf(asked);
    if (Object.keys(change).length > 0) await updateChannel(tx.db, chatId, change);
    const after = { ...before, ...change };
    if (after.name !== before.name) await tx.need({ need: 'channelRenamed', channelId: chatId });
    return presentChat(after);
  });
}

/** The organization's lock is held, so that the group or bot named is not deleted meanwhile. */
export async function checkChat(tx: Tx, organizationId: number, asked: ChangedChat, after: MeantForBot): Promise<void> {
  const bad = badParts(asked, after);
  const { groupId, botId } = asked;
  if (groupId != null && !(await organizationsOfGroups(tx.db, [organizationId])).has(groupId)) {
    bad.push({ path: '/groupId', message: 'is not a group of this organization' });
  }
  if (botId != null && !(await hasBot(tx.db, organizationId, botId))) {
    bad.push({ path: '/botId', message: 'is not a bot of this organization' });
  }
  if (bad.length > 0) throw invalid(bad);
}
