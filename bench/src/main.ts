import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { endAll, endOnSignals } from './cleanup.ts';
import { type Engine, measureMessages } from './messages/measure-messages.ts';
import { Report } from './report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'string' }, profile: { type: 'string' }, help: { type: 'boolean' } },
});
const engines = (['sqlite', 'postgres'] as const satisfies Engine[]).filter((engine) => positionals.includes(engine));

endOnSignals();
const report = new Report();
try {
  await measureMessages(report, {
    engines: engines.length ? engines : ['sqlite', 'postgres'],
    profile: values.profile,
  });
} finally {
  await endAll();
}
if (values.json) report.write(values.json, { node: process.version, cpu: cpus()[0]?.model });
process.exit(0);
