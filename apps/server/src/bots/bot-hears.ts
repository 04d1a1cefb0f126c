import type { Tx } from '../events/transaction.ts';

/** The client has written while the bot is in control. */
export async function botHears(_tx: Tx, _need: { sessionId: string; messageId: string }): Promise<void> {}
