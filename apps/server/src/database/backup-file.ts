import { randomBytes } from 'node:crypto';
import SqliteFile from 'better-sqlite3';

const pagesAtOnce = 1000;

/** A whole, checked copy of a database file that may be in use. Says what is wrong with the copy, or null. */
export async function backupFile(
  from: string,
  to: string,
  onProgress: (percent: number) => void,
): Promise<string | null> {
  const source = new SqliteFile(from, { readonly: true });
  await source.backup(to, {
    progress({ totalPages, remainingPages }) {
      onProgress(Math.round(100 - (100 * remainingPages) / Math.max(1, totalPages)));
      return pagesAtOnce;
    },
  });
  source.close();
  const copy = new SqliteFile(to);
  copy.pragma('journal_mode = DELETE');
  // Offsets of the copy stand where they stood: a new epoch makes clients that saw later ones load anew.
  copy.prepare(`UPDATE settings SET value = ? WHERE name = 'epoch'`).run(randomBytes(16).toString('base64url'));
  const [check] = copy.pragma('integrity_check') as { integrity_check: string }[];
  copy.close();
  return check?.integrity_check === 'ok' ? null : (check?.integrity_check ?? 'it cannot be read');
}
