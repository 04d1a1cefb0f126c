import { setTimeout as after } from 'node:timers/promises';
import { ApiError, NetworkError } from '@switchboard/sdk';

/** No answer that says anything: whether the server acted is unknown. */
export const isDown = (error: unknown): boolean =>
  error instanceof NetworkError || (error instanceof ApiError && error.status === 503);

/** Again and again while nobody answers. A refusal is no answer to wait for: it is thrown. */
export async function untilStored<T>(send: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (!isDown(error)) throw error;
      await after(10);
    }
  }
}
