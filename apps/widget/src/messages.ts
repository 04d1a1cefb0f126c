import type { Message } from '@switchboard/protocol';

/** Both lists as one: each message once, its newest form, by session and number. */
export function mergeMessages(known: readonly Message[], more: readonly Message[]): Message[] {
  const byId = new Map(known.map((message) => [message.id, message]));
  for (const message of more) {
    if ((byId.get(message.id)?.updatedAt ?? '') <= message.updatedAt) byId.set(message.id, message);
  }
  const begins = new Map<string, number>();
  for (const { sessionId, createdAt } of byId.values()) {
    const at = Date.parse(createdAt);
    begins.set(sessionId, Math.min(begins.get(sessionId) ?? at, at));
  }
  const begin = (message: Message) => begins.get(message.sessionId) ?? 0;
  return [...byId.values()].sort(
    (a, b) => begin(a) - begin(b) || a.sessionId.localeCompare(b.sessionId) || a.number - b.number,
  );
}

/** After a fresh load: what was known before stays only if the new page reaches it, so that no hole is shown. */
export function reloadMessages(known: readonly Message[], page: readonly Message[]): Message[] {
  const ids = new Set(known.map((message) => message.id));
  return mergeMessages(page.some((message) => ids.has(message.id)) ? known : [], page);
}

/** Written to the client by a person or a bot. */
export function isIncoming(message: Message): boolean {
  return message.authorType === 'OPERATOR' || message.authorType === 'BOT';
}
