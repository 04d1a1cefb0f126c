import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { endAll, endOnSignals, isEnding } from './cleanup.ts';
import { engines } from './engines.ts';
import { measureLists } from './lists/measure-lists.ts';
import { measureLive } from './live/measure-live.ts';
import { measureProduct } from './live/measure-product.ts';
import { measureMessages } from './messages/measure-messages.ts';
import { Report } from './report.ts';
import { measureRouting } from './routing/measure-routing.ts';
import { measureSizes } from './sizes.ts';
import { measureStart } from './start.ts';

const help = `npm run bench -- [PART …] [--json FILE] [--profile FOLDER]

Parts (all of them without any):
  messages [sqlite] [postgres]  stored-and-delivered messages per second, latency, CPU
  lists [sqlite] [postgres]     session lists and message pages over a long past: 10 000 and 100 000 sessions
  routing [sqlite] [postgres]   who gets a session: 200 operators, 2 000 sessions in help
  live                          packages/centrifuge-server alone, beside a server in C: deliveries, 10 000 sessions
  live-product                  memory of 10 000 idle clients of the product; all of them coming back at once
  start                         cold start of an existing folder, idle memory
  sizes                         what panel, widget and embed script weigh, gzip

  --messages N      lists: so many messages instead of 1 000 000
  --json FILE       writes all figures there as well
  --profile FOLDER  runs the servers under Node's CPU profiler: profiles go there, the top costs are printed, and
                    the figures are those of a profiled server
What each line means: bench/README.md`;

const parts = ['messages', 'lists', 'routing', 'live', 'live-product', 'start', 'sizes'];
const fewestMessages = 1_000_000;
const partsOnEngines = ['messages', 'lists', 'routing'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: 'string', default: String(fewestMessages) },
    json: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const unknown = positionals.find((word) => !parts.includes(word) && !engines.some((engine) => engine === word));
if (values.help || unknown !== undefined) {
  if (unknown !== undefined) console.error(`There is no part "${unknown}".\n`);
  console.log(help);
  process.exit(unknown === undefined ? 0 : 2);
}

const askedEngines = engines.filter((engine) => positionals.includes(engine));
const asked = (part: string) =>
  positionals.includes(part) ||
  positionals.length === 0 ||
  (partsOnEngines.includes(part) && askedEngines.length === positionals.length);
const { profile, json } = values;
const messages = Number(values.messages);
if (!(messages >= fewestMessages)) {
  console.error(`--messages wants a number from ${fewestMessages}.`);
  process.exit(2);
}
const longestMinutes = 15 * Math.max(1, messages / 1_000_000);

endOnSignals();
const started = performance.now();
const report = new Report();
let failed = false;
setTimeout(() => {
  console.error(`\nStopped after ${longestMinutes} minutes: this machine is too busy to measure anything.`);
  void endAll().finally(() => process.exit(1));
}, longestMinutes * 60_000);
try {
  if (asked('sizes')) await measureSizes(report);
  if (asked('start')) await measureStart(report);
  if (asked('messages'))
    await measureMessages(report, { engines: askedEngines.length ? askedEngines : engines, profile });
  if (asked('lists')) await measureLists(report, { engines: askedEngines.length ? askedEngines : engines, messages });
  if (asked('routing')) await measureRouting(report, askedEngines.length ? askedEngines : engines);
  if (asked('live')) await measureLive(report);
  if (asked('live-product')) await measureProduct(report, profile);
} catch (error) {
  failed = true;
  // After Ctrl-C everything fails, as it should.
  if (!isEnding()) console.error(error);
} finally {
  await endAll();
}
const seconds = Math.round((performance.now() - started) / 1000);
const judged = report.lines.filter(({ ok }) => ok !== undefined).length;
console.log(`\n${judged - report.missed} of ${judged} targets met, ${seconds} s.`);
const machine = { node: process.version, processor: cpus()[0]?.model, cores: availableParallelism() };
if (json) report.write(json, { at: new Date().toISOString(), machine });
// A missed target is a figure, not a failure: on a busy machine it says little.
process.exit(failed ? 1 : 0);
