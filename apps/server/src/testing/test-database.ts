import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

export interface TestDatabase {
  /** What the server is told: a data folder, and a URL when the suite runs on PostgreSQL. */
  settings: { data: string; 'database-url': string };
  remove(): Promise<void>;
}

let made = 0;

/** A database of its own for one server: a file, or a database in the cluster that SWITCHBOARD_TEST_DATABASE names. */
export async function makeTestDatabase(): Promise<TestDatabase> {
  const data = mkdtempSync(join(tmpdir(), 'switchboard-test-'));
  const removeFolder = () => rmSync(data, { recursive: true, force: true });
  const cluster = process.env.SWITCHBOARD_TEST_DATABASE;
  if (!cluster) return { settings: { data, 'database-url': '' }, remove: async () => removeFolder() };

  const name = `test_${process.pid}_${Date.now()}_${++made}`;
  await inCluster(cluster, `CREATE DATABASE ${name}`);
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  return {
    settings: { data, 'database-url': url.href },
    async remove() {
      await inCluster(cluster, `DROP DATABASE ${name} WITH (FORCE)`);
      removeFolder();
    },
  };
}

async function inCluster(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
