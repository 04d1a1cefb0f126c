import type { Tx } from '../events/transaction.ts';

/** It was handed to the bot: it begins anew. */
export async function botTakesOver(_tx: Tx, _need: { sessionId: string }): Promise<void> {}
