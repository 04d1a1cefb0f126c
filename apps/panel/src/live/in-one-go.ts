/**
 * Gathers what comes in one burst and hands it over together in the next task: a thousand events caught up are one
 * change of the screen. A message port, because timers of a hidden page may wait a minute.
 */
export function inOneGo<T>(handle: (batch: readonly T[]) => void): (item: T) => void {
  let batch: T[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const ready = batch;
    batch = [];
    handle(ready);
  };
  return (item) => {
    batch.push(item);
    if (batch.length === 1) port2.postMessage(null);
  };
}
