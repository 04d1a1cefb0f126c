import type { Message } from '@switchboard/protocol';
import { create } from 'zustand';
import { readStored, writeStored } from '../parts/storage.ts';

/** Written, not yet known to be stored. */
export interface Pending {
  localId: string;
  sessionId: string;
  body: string;
  replyTo: { id: string; authorName: string; body: string } | null;
  writtenAt: string;
  /** `waiting`: the network is away. `conflict`: somebody else wrote in between. */
  status: 'sending' | 'waiting' | 'failed' | 'conflict';
  /** Code of the error that refused it. */
  errorCode: string | null;
  /** The messages in between. */
  newer: readonly Message[];
  /** Sent although something came in between. */
  anyway: boolean;
}

interface Outbox {
  operatorId: number;
  pending: readonly Pending[];
}

export const useOutbox = create<Outbox>()(() => ({ operatorId: 0, pending: [] }));

/** What a reload has interrupted waits for the network again: its localId makes the repeat harmless. */
export function loadOutbox(operatorId: number): void {
  let pending: Pending[] = [];
  try {
    pending = JSON.parse(readStored(`outbox.${operatorId}`) ?? '[]') as Pending[];
  } catch {
    // Unreadable: nothing to bring back.
  }
  useOutbox.setState({
    operatorId,
    pending: pending.map((entry) => (entry.status === 'sending' ? { ...entry, status: 'waiting' } : entry)),
  });
}

export function addPending(entry: Pending): void {
  put([...useOutbox.getState().pending, entry]);
}

export function changePending(localId: string, change: Partial<Pending>): void {
  put(useOutbox.getState().pending.map((entry) => (entry.localId === localId ? { ...entry, ...change } : entry)));
}

export function removePending(localId: string): void {
  put(useOutbox.getState().pending.filter((entry) => entry.localId !== localId));
}

export const pendingOf = (localId: string): Pending | undefined =>
  useOutbox.getState().pending.find((entry) => entry.localId === localId);

function put(pending: readonly Pending[]): void {
  useOutbox.setState({ pending });
  writeStored(`outbox.${useOutbox.getState().operatorId}`, pending.length === 0 ? null : JSON.stringify(pending));
}
