import i18next from 'i18next';
import { notify } from '../parts/notices.ts';
import { go } from '../route.ts';
import { api } from '../sign-in/api.ts';

let isDone = false;

/** `?client={externalId}`: the latest conversation with that client of the CRM. Once per page. */
export async function openClientFromLink(): Promise<void> {
  const externalId = new URLSearchParams(location.search).get('client');
  if (isDone || !externalId) return;
  isDone = true;
  const query = { keyword: externalId, sort: '-startedAt', limit: 100, withoutCount: true };
  const found = await api.call('sessions', { query }).catch(() => null);
  const theirs = found?.items?.filter((session) => session.clientExternalId === externalId) ?? [];
  const session = theirs.find(({ status }) => status !== 'CLOSED') ?? theirs[0];
  if (session) go(`/sessions/${session.id}`, 'replace');
  else notify(i18next.t('client.noSession', { id: externalId }));
}
