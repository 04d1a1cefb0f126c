import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from './config.ts';
import { backupFile } from './database/backup-file.ts';

/** `npm run backup -- FILE [--data FOLDER]`: a whole copy while the server runs. */
async function backup([to, ...options]: string[]): Promise<void> {
  if (!to || to.startsWith('--')) return fail('Name the file to write: npm run backup -- backup.db');
  const config = readConfig(options, process.env);
  if (config['database-url']) return fail('The data is in PostgreSQL: use pg_dump (docs/operating.md).');
  const from = join(config.data, 'switchboard.db');
  if (!existsSync(from)) return fail(`There is no ${from}. Name the data folder with --data.`);
  if (existsSync(to)) return fail(`${to} exists already. Name another file.`);
  const problem = await backupFile(from, to, (percent) => process.stderr.write(`\r${percent} %`));
  process.stderr.write('\r');
  if (problem !== null) return fail(`${to} is not sound: ${problem}`);
  console.log(`Backup written and checked: ${to}`);
}

function fail(sentence: string): void {
  console.error(sentence);
  process.exitCode = 1;
}

await backup(process.argv.slice(2));
