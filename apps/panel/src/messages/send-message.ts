import type { Message } from '@switchboard/protocol';
import { ApiError } from '@switchboard/sdk';
import { applyEvent } from '../apply-event.ts';
import { changeInbox, inboxNow, myId } from '../live/panel-store.ts';
import { randomId } from '../parts/random-id.ts';
import { api } from '../sign-in/api.ts';
import { addPending, changePending, type Pending, pendingOf, removePending, useOutbox } from './outbox.ts';
import { outcomeOf } from './send-outcome.ts';

/** On screen at once; stored when the server has answered. One after the other within a session. */
export function sendMessage(sessionId: string, body: string, replyTo: Pending['replyTo'] = null): void {
  const localId = randomId();
  addPending({
    localId,
    sessionId,
    body,
    replyTo,
    writtenAt: new Date().toISOString(),
    status: 'sending',
    errorCode: null,
    newer: [],
    anyway: false,
  });
  enqueue(sessionId, localId);
}

export function retryMessage(localId: string): void {
  const entry = pendingOf(localId);
  if (!entry || entry.status === 'sending') return;
  changePending(localId, { status: 'sending', errorCode: null });
  enqueue(entry.sessionId, localId);
}

/** The operator has seen that somebody else wrote, and wants it sent all the same. */
export function sendAnyway(localId: string): void {
  changePending(localId, { anyway: true, newer: [] });
  retryMessage(localId);
}

/** The network is back: what waited goes out, in the order in which it was written. */
export function sendWaiting(): void {
  for (const entry of useOutbox.getState().pending) if (entry.status === 'waiting') retryMessage(entry.localId);
}

const queues = new Map<string, Promise<void>>();

function enqueue(sessionId: string, localId: string): void {
  const turn = (queues.get(sessionId) ?? Promise.resolve()).then(() => deliver(localId));
  queues.set(sessionId, turn);
  void turn.finally(() => {
    if (queues.get(sessionId) === turn) queues.delete(sessionId);
  });
}

async function deliver(localId: string): Promise<void> {
  const entry = pendingOf(localId);
  if (entry?.status !== 'sending') return;
  const { sessionId, body, replyTo, anyway } = entry;
  const last = inboxNow().conversations[sessionId]?.messages.at(-1);
  try {
    const stored = await api.call('sendMessage', {
      params: { sessionId },
      body: {
        body,
        localId,
        ...(replyTo ? { replyToMessageId: replyTo.id } : {}),
        ...(last && !anyway ? { expectedLastMessageId: last.id } : {}),
      },
    });
    hear(stored);
    removePending(localId);
  } catch (error) {
    if (error instanceof ApiError) for (const message of error.since as readonly Message[]) hear(message);
    const outcome = outcomeOf(error, myId());
    if (outcome === 'again') await deliver(localId);
    else changePending(localId, outcome);
  }
}

// The answer is the event come early; when the event itself arrives it changes nothing.
function hear(message: Message): void {
  changeInbox((inbox, me) =>
    applyEvent(inbox, me, { event: 'chatMessageCreated', data: message, at: message.createdAt }),
  );
}
