export interface TransactionTimes {
  count: number;
  sumMs: number;
  within20ms: number;
}

/** What the server itself says of its transactions since it started (/metrics). */
export async function timesOf(port: number): Promise<TransactionTimes> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const figure = (name: string): number => {
    const line = text.split('\n').find((one) => one.startsWith(`switchboard_database_seconds_${name} `));
    if (line === undefined) throw new Error(`/metrics does not tell ${name}`);
    return Number(line.slice(line.lastIndexOf(' ')));
  };
  return { count: figure('count'), sumMs: figure('sum') * 1000, within20ms: figure('bucket{le="0.02"}') };
}
