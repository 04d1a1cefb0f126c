import { byLabel, type Metrics } from '../metrics.ts';
import type { Live } from './live.ts';

export function countLive(metrics: Metrics, live: Live): void {
  const stats = () => live.server.stats();
  metrics.gauge('switchboard_live_connections', 'Live connections.', () => stats().connections);
  metrics.gaugeBy('switchboard_live_transports', ['transport', 'format'], 'Live connections by their transport.', () =>
    stats().transports.map(({ transport, format, connections }) => ({
      labels: { transport, format },
      value: connections,
    })),
  );
  metrics.counter(
    'switchboard_live_publications_total',
    'Events handed to the live endpoint.',
    () => stats().publications,
  );
  metrics.counter('switchboard_live_deliveries_total', 'Publications handed to connections.', () => stats().deliveries);
  metrics.gauge('switchboard_live_queued_bytes', 'Bytes that wait for slow readers.', () => stats().queuedBytes);
  metrics.counter(
    'switchboard_live_recovered_total',
    'Subscriptions that caught up after a break.',
    () => stats().recovered,
  );
  metrics.counter('switchboard_live_not_recovered_total', 'Subscriptions that could not.', () => stats().notRecovered);
  metrics.counterBy('switchboard_live_refused_total', ['reason'], 'Who was not let in.', () =>
    byLabel('reason', live.refused()),
  );
  metrics.counterBy(
    'switchboard_live_closed_total',
    ['code'],
    'Connections that ended, by close code; 3000: by themselves.',
    () => byLabel('code', live.closed()),
  );
}
