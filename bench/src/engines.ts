import { type Cluster, findPostgres, startCluster } from './postgres-cluster.ts';
import type { Report } from './report.ts';

export const engines = ['sqlite', 'postgres'] as const;
export type Engine = (typeof engines)[number];

/** One after the other, PostgreSQL on a cluster of its own, which is left out where there is none. */
export async function onEngines(
  report: Report,
  asked: readonly Engine[],
  head: (engine: Engine) => string,
  measure: (engine: Engine, cluster: Cluster | undefined) => Promise<void>,
): Promise<void> {
  for (const engine of asked) {
    report.head(head(engine));
    const binaries = engine === 'postgres' ? findPostgres() : undefined;
    if (engine === 'postgres' && !binaries) {
      report.note('left out: there are no PostgreSQL binaries on this machine.');
      continue;
    }
    const cluster = binaries ? await startCluster(binaries) : undefined;
    try {
      await measure(engine, cluster);
    } finally {
      await cluster?.stop();
    }
  }
}
