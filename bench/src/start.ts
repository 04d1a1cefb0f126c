import { median } from './percentiles.ts';
import type { Report } from './report.ts';
import { startServer } from './server-process.ts';
import { tempFolder } from './temp-folder.ts';

const starts = 5;
const settleMs = 3000;

/** What an owner notices of a server that nobody uses. */
export async function measureStart(report: Report): Promise<void> {
  report.head('start: an existing data folder with the demo company');
  const data = tempFolder();
  const first = await startServer({ data: data.path });
  await first.stop();
  const times: number[] = [];
  for (let index = 0; index < starts; index++) {
    const server = await startServer({ data: data.path });
    times.push(server.startMs);
    if (index === starts - 1) {
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      report.line('start.idleMemory', server.rssKb() / 1024, 'MB', { atMost: 120 });
    }
    await server.stop();
  }
  await data.remove();
  report.line('start.cold', median(times) / 1000, 's', { atMost: 1 });
  report.line('start.cold.fastest', Math.min(...times) / 1000, 's');
  report.line('start.cold.emptyFolder', first.startMs / 1000, 's');
}
