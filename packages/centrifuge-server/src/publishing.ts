import { optionsOf, refusal } from './channels.ts';
import { commandErrors } from './codes.ts';
import type { Core } from './core.ts';
import type { HistoryPage } from './encoding.ts';
import type { Appended, PageRequest, PublicationExtras, StreamPosition } from './history.ts';
import type { Payload } from './payload.ts';

/**
 * Stores a publication and hands it out; null, and only handed out, in a channel without history or with `skip`.
 * @throws ReplyError 102 for an unknown channel, 108 when the store cannot append.
 */
export async function appendAndPublish<S>(
  core: Core<S>,
  channel: string,
  { json, bytes }: Payload,
  extras: PublicationExtras,
  skip = false,
): Promise<StreamPosition | null> {
  const { store } = core.options;
  const { history = true } = optionsOf(core.options, channel);
  const all = bytes === undefined ? extras : { ...extras, bytes };
  if (!history || skip) {
    core.publications++;
    core.hub.signal(channel, json, all);
    return null;
  }
  if (store.append === undefined) throw refusal(commandErrors.notAvailable);
  const appended: Appended | Promise<Appended> = store.append(channel, json, all);
  const publication = appended instanceof Promise ? await appended : appended;
  core.publications++;
  core.hub.publish(channel, publication);
  return { epoch: publication.epoch, offset: publication.offset };
}

/**
 * A piece of a channel's stream; `limit` 0 for its position only.
 * @throws ReplyError 108 when there is no history to read, 112 for a position that is not of this stream.
 */
export async function readPage<S>(core: Core<S>, request: PageRequest): Promise<HistoryPage> {
  const { channel, since, limit } = request;
  const { store } = core.options;
  const { history = true } = optionsOf(core.options, channel);
  if (!history || store.page === undefined) throw refusal(commandErrors.notAvailable);
  const { epoch, top, publications } = await store.page({ ...request, limit: Math.max(0, limit) });
  if (since !== null && since.epoch !== '' && since.epoch !== epoch) throw refusal(commandErrors.unrecoverablePosition);
  return { epoch, offset: top, publications };
}
