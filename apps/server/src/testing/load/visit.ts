import type { Message } from '@switchboard/protocol';
import { createClient } from '@switchboard/sdk';
import { expect } from 'vitest';
import { type Listener, listen } from '../listen.ts';
import { draw, oneOf } from './draw.ts';
import { placesOf } from './rows.ts';
import { isDown, untilStored } from './until-stored.ts';
import type { World } from './world.ts';

const startWithinMs = 15_000;
const paceMs = 8_000;
const habits = { write: 62, writeTwice: 4, read: 8, finish: 8, comeOrGo: 18 };

/** A client: writes, reads, finishes, closes the page and opens it again. Answers the line that stands in the end. */
export async function visit(name: number, world: World, baseUrl: string): Promise<Listener | null> {
  const random = world.randomFor(name);
  const written: Message[] = [];
  world.acknowledged.push(written);
  await world.rest(random.next() * startWithinMs);
  const anyone = createClient({ baseUrl, token: () => null });
  const guid = oneOf(random, world.channelIds) ?? '';
  const { clientToken } = await untilStored(() => anyone.call('widgetOpen', { body: { guid } }));
  const { call } = createClient({ baseUrl, token: () => clientToken });
  const send = (localId: string) =>
    untilStored(() => call('widgetSend', { body: { body: `words of ${localId}`, localId } }));
  let line: Listener | null = null;
  for (let n = 1; !world.isOver(); n++) {
    const localId = `c${name}-${n}`;
    switch (draw(random, habits)) {
      case 'write':
        written.push(await send(localId));
        break;
      case 'writeTwice': {
        // Two tries at once, as after a lost answer.
        const [one, other] = await Promise.all([send(localId), send(localId)]);
        expect(other.id).toBe(one.id);
        written.push(one);
        break;
      }
      case 'read': {
        const messageId = written.at(-1)?.id;
        if (messageId) await call('widgetRead', { body: { messageId } }).catch(ignoreOutage);
        break;
      }
      case 'finish':
        await call('widgetFinish').catch(ignoreOutage);
        break;
      case 'comeOrGo':
        if (line) {
          placesOf(line);
          line.close();
          line = null;
        } else line = await listen(baseUrl, clientToken, 'widget');
    }
    await world.rest(random.exponential(paceMs * world.tide()));
  }
  return line;
}

function ignoreOutage(error: unknown): void {
  if (!isDown(error)) throw error;
}
