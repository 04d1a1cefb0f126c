/** What `node --inspect` wrote when it started. */
export const inspectorOf = (errorOutput: string): string | undefined => /ws:\/\/\S+/.exec(errorOutput)?.[0];

/** Collects the garbage of another process, so that only what is in use is counted. */
export async function collectGarbage(inspector: string): Promise<void> {
  const socket = new WebSocket(inspector);
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`no inspector at ${inspector}`)));
  });
  // The first collection frees what has finalizers, the second what those held.
  for (const id of [1, 2]) {
    const answered = new Promise((resolve) => {
      socket.addEventListener('message', (event) => {
        if ((JSON.parse(String(event.data)) as { id?: number }).id === id) resolve(undefined);
      });
    });
    socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
    await answered;
  }
  socket.close();
}
