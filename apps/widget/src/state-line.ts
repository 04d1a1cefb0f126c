import type { View } from './view.ts';
import type { Words } from './words.ts';

/** The honest first line: who is here, how long it will take, or that nobody is. */
export function stateLine(view: View, { say, span }: Words): string {
  const { session, channel, expectedWait } = view;
  const name = session?.operator?.name ?? say('someone');
  switch (session?.status) {
    case 'ACTIVE':
      return say('here', { name });
    case 'PAUSED':
      return say('paused', { name });
    case 'BOT':
      return say('bot');
    case 'HELP':
      return say(isAway(view) ? 'away' : 'help');
  }
  if (!channel && !view.unavailable) return say('connecting');
  if (!channel?.online) return say('away');
  return expectedWait ? `${say('online')} · ${say('wait', { time: span(expectedWait) })}` : say('online');
}

/** Nobody was there when the widget opened, and no wait has been foretold since. */
export function isAway({ session, channel }: Pick<View, 'session' | 'channel'>): boolean {
  return channel?.online === false && (session?.expectedWait ?? null) === null;
}
