import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  new Gauge({
    name: 'switchboard_event_loop_delay_seconds',
    help: 'Event-loop delay, 99th percentile since the last reading.',
    registers,
    collect() {
      this.set(loop.percentile(99) / 1e9);
      loop.reset();
    },
  });
  new Gauge({
    name: 'switchboard_memory_bytes',
    help: 'Resident memory.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  return {
    registry,
    requests: new Histogram({
      name: 'switchboard_request_seconds',
      help: 'Requests by method, endpoint and status.',
      labelNames: ['method', 'endpoint', 'status'] as const,
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
      registers,
    }),
    database: new Histogram({
      name: 'switchboard_database_seconds',
      help: 'Time of a write transaction or of a batch that shares one commit.',
      buckets: [0.0005, 0.002, 0.01, 0.02, 0.05, 0.2, 1],
      registers,
    }),
    /** A figure that is looked up when somebody asks. */
    gauge(name: string, help: string, read: () => number | Promise<number>): void {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          this.set(await read());
        },
      });
    },
    /** The same by labels; values that are not there are not shown. */
    gaugeBy(name: string, labelNames: string[], help: string, read: () => Labelled[]): void {
      new Gauge({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset();
          for (const { labels, value } of read()) this.set(labels, value);
        },
      });
    },
    /** What only grows, by labels. */
    counterBy(name: string, labelNames: string[], help: string, read: () => Labelled[]): void {
      new Counter({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset();
          for (const { labels, value } of read()) this.inc(labels, value);
        },
      });
    },
    /** The same for what only grows; begins anew with the process. */
    counter(name: string, help: string, read: () => number): void {
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    },
  };
}

interface Labelled {
  labels: Record<string, string>;
  value: number;
}

/** Figures by one label, as a record has them. */
export const byLabel = (label: string, figures: Record<string, number>): Labelled[] =>
  Object.entries(figures).map(([name, value]) => ({ labels: { [label]: name }, value }));
