import { listOnlineClients } from './clients/client.store.ts';
import { Presence, type Subject } from './live/presence.ts';
import { findOperatorScope, listOnlineOperators } from './operators/operator.store.ts';
import { setOnline } from './operators/operator-presence.ts';
import type { App } from './parts.ts';
import { setClientOnline } from './sessions/client-presence.ts';

export interface Graces {
  operatorMs: number;
  clientMs: number;
}

export const subjectOf = (
  actor: { kind: 'client'; clientId: string } | { kind: 'operator'; operatorId: number },
): Subject => (actor.kind === 'client' ? `client:${actor.clientId}` : `operator:${actor.operatorId}`);

export interface KeptPresence {
  presence: Presence;
  /** Resolves when every coming and going so far is stored. */
  settled(): Promise<void>;
}

/** Live connections become presence: here live/ and the nouns meet. */
export function createPresence(app: App, graces: Graces): KeptPresence {
  // One after the other for each subject, so that a quick coming and going ends as it ended.
  const last = new Map<Subject, Promise<void>>();
  const change = (subject: Subject, online: boolean): void => {
    const next = (last.get(subject) ?? Promise.resolve())
      .then(() => setPresence(app, subject, online))
      .catch((error: unknown) => app.log.error({ err: error, subject }, 'presence.failed'))
      .finally(() => {
        if (last.get(subject) === next) last.delete(subject);
      });
    last.set(subject, next);
  };
  const presence = new Presence({
    now: () => app.clock.now(),
    graceMs: (subject) => (subject.startsWith('client:') ? graces.clientMs : graces.operatorMs),
    // An operator may have signed out within the grace, and is offline then; a client cannot.
    arrived: (subject, cameBack) => {
      if (!cameBack || subject.startsWith('operator:')) change(subject, true);
    },
    left: (subject) => change(subject, false),
  });
  return {
    presence,
    async settled() {
      while (last.size > 0) await Promise.all(last.values());
    },
  };
}

async function setPresence(app: App, subject: Subject, online: boolean): Promise<void> {
  const [kind, id = ''] = subject.split(':');
  if (kind === 'client') return setClientOnline(app, id, online);
  const operatorId = Number(id);
  await app.transact(async (tx) => {
    const scope = await findOperatorScope(tx.db, operatorId);
    if (!scope) return;
    if (scope.organization_id !== null) await tx.lockOrganization(scope.organization_id);
    await setOnline(tx, { companyId: scope.company_id, operatorId }, online);
  });
}

/** After a start: whoever was here when the last process ended has the grace to come back. */
export async function expectThoseWhoWereHere(app: App, presence: Presence): Promise<void> {
  for (const { id } of await listOnlineOperators(app.read)) presence.expect(`operator:${id}`);
  for (const { id } of await listOnlineClients(app.read)) presence.expect(`client:${id}`);
}
