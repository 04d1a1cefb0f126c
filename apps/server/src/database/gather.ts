interface Waiting<I, O> {
  item: I;
  resolve(result: O): void;
  reject(error: unknown): void;
}

// Where two came together there are many for so long.
const manyForMs = 100;

/**
 * What arrives while others are under way goes together: `run` gets the items of one turn and answers one result for each,
 * an error for who is refused. Alone, an item waits for nothing but the end of the turn; where many come, a flight starts every
 * `everyMs` at most: a batch costs as much as several of its items, and at half load small ones would cost as much as full load.
 */
export function gather<I, O>(
  run: (items: I[]) => Promise<(O | Error)[]>,
  { most, flights, everyMs = 0 }: { most: number; flights: number; everyMs?: number },
): (item: I) => Promise<O> {
  const queue: Waiting<I, O>[] = [];
  let flying = 0;
  let planned = false;
  let nextAt = 0;
  let manyUntil = 0;

  const plan = (): void => {
    if (planned || flying === flights || queue.length === 0) return;
    planned = true;
    const waitMs = Math.ceil(nextAt - performance.now());
    if (waitMs > 0) setTimeout(start, waitMs);
    else setImmediate(start);
  };
  const start = (): void => {
    planned = false;
    const now = performance.now();
    if (queue.length > 1) manyUntil = now + manyForMs;
    nextAt = now < manyUntil ? now + everyMs : 0;
    while (flying < flights && queue.length > 0) {
      flying++;
      void fly(queue.splice(0, most));
    }
  };
  const fly = async (batch: Waiting<I, O>[]): Promise<void> => {
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index] as O | Error;
        if (result instanceof Error) reject(result);
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    flying--;
    plan();
  };
  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      plan();
    });
}

/** One after the other for each key; different keys do not wait for each other. */
export function inTurn(): <T>(key: number, act: () => Promise<T>) => Promise<T> {
  const last = new Map<number, Promise<unknown>>();
  return (key, act) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(act, act);
    last.set(key, mine);
    const done = (): void => {
      if (last.get(key) === mine) last.delete(key);
    };
    mine.then(done, done);
    return mine;
  };
}
