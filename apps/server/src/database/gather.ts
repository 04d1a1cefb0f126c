interface Waiting<I, O> {
  item: I;
  resolve(result: O): void;
  reject(error: unknown): void;
}

/**
 * What arrives while others are under way goes together: `run` gets the items of one turn and answers one result for each,
 * an error for who is refused. Alone, an item waits for nothing but the end of the turn.
 */
export function gather<I, O>(
  run: (items: I[]) => Promise<(O | Error)[]>,
  { most, flights }: { most: number; flights: number },
): (item: I) => Promise<O> {
  const queue: Waiting<I, O>[] = [];
  let flying = 0;
  let planned = false;

  const start = (): void => {
    planned = false;
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
    start();
  };
  return (item) =>
    new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (planned) return;
      planned = true;
      setImmediate(start);
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
