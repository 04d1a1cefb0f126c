import type { afterClosing, whileUnavailable } from '@switchboard/protocol';

/** free: somebody could have it now; busy: all who are online are full or paused; offline: nobody is, or it is after hours. */
export type Availability = 'free' | 'busy' | 'offline';

export interface ChannelRules {
  hasBot: boolean;
  afterClosing: (typeof afterClosing)[number];
  whileOffline: (typeof whileUnavailable)[number];
  whileBusy: (typeof whileUnavailable)[number];
}

/** Who gets a new session; people means routing, which knows whether the client's last operator goes first. docs/bots.md says it in words. */
export function firstController(
  rules: ChannelRules,
  client: { wroteBefore: boolean },
  availability: Availability,
): 'bot' | 'people' {
  if (!rules.hasBot) return 'people';
  if (!client.wroteBefore || rules.afterClosing === 'bot') return 'bot';
  return botStandsIn(rules, availability) ? 'bot' : 'people';
}

/** Whether the bot has what people cannot have now: a new session, or one that it wants to hand over. */
export const botStandsIn = ({ hasBot, whileOffline, whileBusy }: ChannelRules, availability: Availability): boolean =>
  hasBot &&
  ((availability === 'offline' && whileOffline === 'bot') || (availability === 'busy' && whileBusy === 'bot'));
