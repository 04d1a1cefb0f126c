import { busyOperator, clientOf, crowd, longSessionNumber, type Size, sessionId } from './history.ts';

export interface Asked {
  name: string;
  /** Behind /api/v1. */
  path(size: Size): string;
  /** How many it must answer. */
  items: number;
  as: 'operator' | 'admin';
  /** A list that must not grow slower with what lies behind it. Others walk through all of it, and only say how long that takes. */
  flat: boolean;
  /** The next page of the one that this is. */
  second?: true;
}

const page = 'limit=50';
const open = 'status=BOT,HELP,ACTIVE,PAUSED';
const list = (name: string, query: string, more: Partial<Asked> = {}): Asked => ({
  name,
  path: () => `/sessions?${query}`,
  items: 50,
  as: 'operator',
  flat: true,
  ...more,
});
const longPath = (size: Size) => `/sessions/${sessionId(longSessionNumber(size))}/messages`;

/** What operators' programs ask for. An operator of two groups sees those groups' sessions, those of none, and their own. */
export const asked: Asked[] = [
  list('open', `${open}&${page}`),
  list('open.withoutCount', `${open}&${page}&withoutCount=true`),
  list('open.secondPage', `${open}&${page}`, { second: true }),
  list('open.sorted', `${open}&${page}&sort=-lastMessageCreatedAt`),
  list('open.byAdmin', `${open}&${page}`, { as: 'admin' }),
  list('open.keyword', `${open}&${page}&keyword=a`),
  list('open.tags', `status=ACTIVE,HELP&${page}&tags=refund`, { items: -1 }),
  list('open.group', `${open}&${page}&groupId=${crowd.firstGroup}`, { items: -1, as: 'admin' }),
  list('open.groupByClientId', `${open}&${page}&groupByClientId=true`),
  list('mine', `status=ACTIVE,PAUSED&operatorId=${busyOperator}&${page}`),
  list('mine.finishedToo', `operatorId=${busyOperator}&${page}`),
  list('help', `status=HELP&${page}`, { as: 'admin' }),
  list('help.count', 'status=HELP&withoutItems=true', { items: 0 }),
  list('all.withoutCount', `${page}&withoutCount=true`),
  list('all.secondPage', `${page}&withoutCount=true`, { second: true }),
  list('closed.withoutCount', `status=CLOSED&${page}&withoutCount=true`),
  list('ofClient', '', { items: 2, path: (size) => `/sessions?clientId=${clientOf(size, 77)}`, as: 'admin' }),
  list('messages.newest', '', { path: (size) => `${longPath(size)}?${page}` }),
  list('messages.withoutCount', '', { path: (size) => `${longPath(size)}?${page}&withoutCount=true` }),
  list('all.count', page, { flat: false }),
  list('all.count.byAdmin', page, { flat: false, as: 'admin' }),
  list('all.keyword.withoutCount', `${page}&withoutCount=true&keyword=olena`, { flat: false }),
  list('all.tags.withoutCount', `${page}&withoutCount=true&tags=vip`, { flat: false, as: 'admin' }),
  list('all.groupByClientId', `${page}&groupByClientId=true`, { flat: false, as: 'admin' }),
];
