type Undo = () => unknown;
const undos: Undo[] = [];

/** Registers what has to be undone whatever happens; answers a function that does it now, once. */
export function onEnd(undo: Undo): () => Promise<void> {
  undos.push(undo);
  return async () => {
    const index = undos.indexOf(undo);
    if (index < 0) return;
    undos.splice(index, 1);
    await undo();
  };
}

let ending: Promise<void> | undefined;

/** Undoes everything that is left, newest first. Whoever calls later waits for the same end. */
export const endAll = (): Promise<void> => (ending ??= undoAll());
export const isEnding = (): boolean => ending !== undefined;

async function undoAll(): Promise<void> {
  for (let undo = undos.pop(); undo; undo = undos.pop()) {
    try {
      await undo();
    } catch (error) {
      console.error(`could not clean up: ${error instanceof Error ? error.message : error}`);
    }
  }
}

/** Ctrl-C in the middle of a measurement leaves neither processes nor folders. */
export function endOnSignals(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => void endAll().finally(() => process.exit(code)));
  }
}
