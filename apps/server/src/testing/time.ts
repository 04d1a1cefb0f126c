import type { Updateable } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { Scene } from './scene.ts';

export const second = 1000;
export const minute = 60 * second;

const plain: Updateable<Tables['channels']> = {
  session_ttl: 24 * 3600,
  allowable_idle: 0,
  timer_first_answer: null,
  timer_next_answers: null,
  sticky_wait: 0,
  waiting_steps: '{}',
  hours: null,
  bot_id: null,
};

/** What the channels say about time: this, and nothing else. */
export const setTimes = (scene: Pick<Scene, 'server'>, change: Updateable<Tables['channels']>) =>
  scene.server.app.transact((tx) =>
    tx.db
      .updateTable('channels')
      .set({ ...plain, ...change })
      .execute(),
  );

/** Time passes, and all that is due happens. */
export async function later({ server }: Pick<Scene, 'server'>, milliseconds: number): Promise<void> {
  server.clock.advance(milliseconds);
  await server.tick();
}
