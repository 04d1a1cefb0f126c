import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { expect, it, vi } from 'vitest';

/** What an open widget may cost the page of somebody else: code, styles and the language, over the wire. */
const mostBytes = 15 * 1024;

it('weighs at most 15 KB: the script and the largest language', async () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  vi.stubEnv('NODE_ENV', 'production');
  const built = await build({ root, logLevel: 'error', build: { write: false } });
  const { output } = (Array.isArray(built) ? built[0] : built) as Rolldown.RolldownOutput;
  const weights = output.map((file) => ({
    name: file.fileName,
    bytes: gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length,
  }));
  const script = weights.filter(({ name }) => name === 'widget-script.js');
  const languages = weights.filter(({ name }) => name.startsWith('assets/'));
  expect(script.length + languages.length, 'nothing else is loaded').toBe(weights.length);
  expect(script).toHaveLength(1);
  const sum = (script[0]?.bytes ?? 0) + Math.max(0, ...languages.map(({ bytes }) => bytes));
  expect(sum, weights.map(({ name, bytes }) => `${name} ${bytes}`).join(', ')).toBeLessThanOrEqual(mostBytes);
});
