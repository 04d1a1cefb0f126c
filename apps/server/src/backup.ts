import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import SqliteFile from 'better-sqlite3';
import { readConfig } from './config.ts';

/** `npm run backup -- FILE [--data FOLDER]`: a whole copy while the server runs. */
async function backup([to, ...options]: string[]): Promise<void> {
  if (!to || to.startsWith('--')) return fail('Name the file to write: npm run backup -- backup.db');
  const config = readConfig(options, process.env);
  if (config['database-url']) return fail('The data is in PostgreSQL: use pg_dump (docs/operating.md).');
  const from = join(config.data, 'switchboard.db');
  if (!existsSync(from)) return fail(`There is no ${from}. Name the data folder with --data.`);
  if (existsSync(to)) return fail(`${to} exists already. Name another file.`);
  const source = new SqliteFile(from, { readonly: true });
  await source.backup(to, {
    progress({ totalPages, remainingPages }) {
      process.stderr.write(`\r${Math.round(100 - (100 * remainingPages) / Math.max(1, totalPages))} %`);
      return 1000;
    },
  });
  source.close();
  const copy = new SqliteFile(to);
  copy.pragma('journal_mode = DELETE');
  // Offsets of the copy stand where they stood: a new epoch makes clients that saw later ones load anew.
  copy.prepare(`UPDATE settings SET value = ? WHERE name = 'epoch'`).run(randomBytes(16).toString('base64url'));
  const [check] = copy.pragma('integrity_check') as { integrity_check: string }[];
  copy.close();
  if (check?.integrity_check !== 'ok') return fail(`\n${to} is not sound: ${check?.integrity_check}`);
  console.log(`\rBackup written and checked: ${to}`);
}

function fail(sentence: string): void {
  console.error(sentence);
  process.exitCode = 1;
}

await backup(process.argv.slice(2));
