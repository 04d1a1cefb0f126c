import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../ask.ts';
import { claimsOf } from '../claims.ts';
import { startTestServer, type TestServer } from '../start-test-server.ts';

// Programs of strangers, each in a process of its own: nothing of ours is in them but the base URL.
const run = promisify(execFile);
const works = (command: string, ...args: string[]) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const programs = [
  { name: 'Node with axios', command: process.execPath, file: 'chathub.mjs', present: true },
  {
    name: 'Python with requests',
    command: 'python3',
    file: 'chathub.py',
    present: works('python3', '-c', 'import requests'),
  },
  {
    name: 'PHP with curl',
    command: 'php',
    file: 'chathub.php',
    present: works('php', '-r', 'exit(extension_loaded("curl") ? 0 : 1);'),
  },
];

interface Said {
  organizations: unknown;
  known: { id: number }[];
  added: { id: number; name: string; status: number }[];
  switched: boolean[];
  token: string;
  validated: object;
  invalid: object;
  wrongPassword: object;
  badRow: object;
}

let server: TestServer;
beforeAll(async () => {
  // Strangers have no hand-held clock.
  server = await startTestServer({ clock: { now: Date.now, advance: () => {} } });
});
afterAll(() => server[Symbol.asyncDispose]());

describe.each(programs)('$name', ({ command, file, present }) => {
  test.skipIf(!present)('does what the guide shows', async () => {
    const count = 230;
    const args = [join(import.meta.dirname, file), server.url, 'demo', 'demo-password', '42', String(count)];
    const { stdout } = await run(command, args, { timeout: 60_000 });
    const said = JSON.parse(stdout) as Said;

    expect(said.organizations).toEqual([
      { id: 6, name: 'Billing' },
      { id: 24, name: 'Customer Support' },
      { id: 42, name: 'Technical Support' },
    ]);
    expect(said.added).toHaveLength(count);
    const start = said.added[0]?.id ?? 0;
    expect(said.added).toEqual(
      Array.from({ length: count }, (_, index) => ({ id: start + index, name: `Агент №${index + 1}`, status: 0 })),
    );
    expect(said.known.map(({ id }) => id)).not.toContain(start);
    expect(said.switched).toEqual([true, true, true]);

    const { payload } = claimsOf(said.token);
    expect(payload.operator_id).toBe(start);
    expect(Math.abs(Number(payload.exp) - Date.now() / 1000 - 24 * 3600)).toBeLessThan(60);
    expect(said.validated).toEqual({
      isValid: true,
      valid: true,
      operatorId: start,
      clientId: 0,
      expiresAt: new Date(Number(payload.exp) * 1000).toISOString(),
      error: null,
    });
    expect(said.invalid).toEqual({ isValid: false, valid: false, error: 'Invalid token' });
    expect(said.wrongPassword).toEqual({ status: 401, message: 'Login or password is wrong.' });
    expect(said.badRow).toMatchObject({ status: 400, message: expect.stringContaining('/0/name') });

    const me = await ask(server, 'GET /api/v1/users/me', { token: said.token });
    expect(me.json).toMatchObject({ id: start, organizationId: 42 });
  });
});
