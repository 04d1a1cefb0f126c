import type { OperatorActor } from '../actor.ts';
import { lockOrganizationOf, setOnline, setPaused } from '../operators/operator-presence.ts';
import type { App } from '../parts.ts';
import type { Visit } from './mirror.ts';
import type { Pattern } from './patterns.ts';
import type { Stage } from './stage.ts';

/** An operator at work: what they are told to do goes to the server, and is kept beside it. */
export class Desk {
  readonly actor: OperatorActor;
  readonly maxSessions: number;
  readonly #app: App;
  readonly #groupIds: number[];
  isOnline = false;
  isPaused = false;
  isGoingHome = false;
  acceptedMs = 0;
  served = 0;
  /** When they began to accept; null: they do not. */
  #acceptingSince: number | null = null;

  constructor(
    { server, groupIds }: Stage,
    actor: OperatorActor,
    { groups, maxSessions }: Pattern['operators'][number],
  ) {
    this.#app = server.app;
    this.actor = actor;
    this.maxSessions = maxSessions;
    this.#groupIds = groups.flatMap((group) => groupIds[group] ?? []);
  }

  get accepts(): boolean {
    return this.isOnline && !this.isPaused;
  }

  may({ groupId, previousOperatorId }: Visit): boolean {
    return (groupId === null || this.#groupIds.includes(groupId)) && previousOperatorId !== this.actor.operatorId;
  }

  async goOnline(online: boolean): Promise<void> {
    if (this.isOnline === online) return;
    const { companyId, operatorId } = this.actor;
    // As presence does when the first connection has come, or the last has gone.
    await this.#app.transact(async (tx) => {
      await lockOrganizationOf(tx, operatorId);
      await setOnline(tx, { companyId, operatorId }, online);
    });
    this.isOnline = online;
    this.#note();
  }

  async pause(paused: boolean): Promise<void> {
    if (!this.isOnline) return;
    await setPaused(this.#app, this.actor, paused);
    this.isPaused = paused;
    this.#note();
  }

  endDay(): void {
    this.isOnline = false;
    this.#note();
  }

  #note(): void {
    const now = this.#app.clock.now();
    if (this.accepts) this.#acceptingSince ??= now;
    else if (this.#acceptingSince !== null) {
      this.acceptedMs += now - this.#acceptingSince;
      this.#acceptingSince = null;
    }
  }
}
