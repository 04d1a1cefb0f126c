import { ApiError } from '@switchboard/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { playScene, type Scene, type Told } from './scene.ts';

/** One row: what is done, what is answered, and who hears what because of it. Nobody else hears anything. */
export interface Row {
  does: string;
  given?(scene: Scene): Promise<unknown>;
  act(scene: Scene): Promise<unknown>;
  answers?: object;
  refuses?: { status: number; code: string };
  told?: Told;
}

export function table(rows: Row[]): void {
  let scene: Scene;
  beforeAll(async () => {
    scene = await playScene();
  });
  afterAll(() => scene[Symbol.asyncDispose]());
  test.each(rows)('$does', async ({ given, act, answers, refuses, told = {} }) => {
    await scene.again();
    await given?.(scene);
    let answer: unknown;
    const heard = await scene.told(async () => {
      answer = await act(scene).catch(refusal);
    });
    if (refuses) expect(answer).toMatchObject(refuses);
    else expect(answer).not.toBeInstanceOf(Refusal);
    if (answers !== undefined) expect(answer).toMatchObject(answers);
    expect(heard).toEqual(told);
  });
}

/** A refusal as data; whatever else went wrong is thrown on. */
export function refusal(error: unknown): Refusal {
  if (!(error instanceof ApiError)) throw error;
  return new Refusal(error);
}

export class Refusal {
  status: number;
  code: string;
  message: string;
  winner: unknown;
  since: readonly unknown[];
  constructor({ status, code, message, winner, since }: ApiError) {
    this.status = status;
    this.code = code;
    this.message = message;
    this.winner = winner;
    this.since = since;
  }
}

/** The same for the two colleagues and the administrator: all who are in scope. */
export const inScope = (...events: string[]): Told => {
  const heard = events.map((event) => `org: ${event}`);
  return { john: heard, sarah: heard, admin: heard };
};

export const say = (scene: Scene, body = 'Hello', more: { localId?: string; replyToMessageId?: string } = {}) =>
  scene.client.call('widgetSend', { body: { body, ...more } });

/** John has the client's session. Answers its first message. */
export async function givenMine(scene: Scene) {
  return say(scene);
}

/** Nobody accepts: the client's session waits in help. Answers its first message. */
export async function givenHelp(scene: Scene) {
  await scene.john.call('pause');
  await scene.sarah.call('pause');
  return say(scene);
}

export const theSession = async (scene: Scene): Promise<string> => {
  const { items = [] } = await scene.admin.call('sessions');
  const mine = items.find(({ clientId }) => clientId === scene.client.clientId);
  if (!mine) throw new Error('the client has no session');
  return mine.id;
};

export const finish = async (scene: Scene) =>
  scene.admin.call('finishSession', { params: { sessionId: await theSession(scene) } });
