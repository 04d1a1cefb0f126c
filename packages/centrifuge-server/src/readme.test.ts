import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Centrifuge } from 'centrifuge';
import { expect, onTestFinished, test } from 'vitest';
import { next } from './testing.ts';

test('the example of the README runs', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, example = ''] = /```ts\n(import [\s\S]*?)```/.exec(readme) ?? [];
  // Only the port is changed, and the names are handed out.
  const runnable = example
    .replace('listen(8000)', "listen(0, '127.0.0.1')")
    .concat('\nexport { http, live, store };\n');
  expect(runnable).not.toContain('8000');
  const file = new URL('readme-example.generated.ts', import.meta.url);
  writeFileSync(file, runnable);
  onTestFinished(() => rmSync(file));
  const { http, live, store } = await import(/* @vite-ignore */ file.pathname);
  if (!http.listening) await new Promise((resolve) => http.once('listening', resolve));
  const client = new Centrifuge(`ws://127.0.0.1:${http.address().port}/connection/websocket`, { data: 'secret' });
  client.connect();
  await next(client, 'subscribed');
  live.publish('news', store.append('news', JSON.stringify({ text: 'again' })));
  expect(await next(client, 'publication')).toMatchObject({ channel: 'news', offset: 2, data: { text: 'again' } });
  client.disconnect();
  await live.close();
  http.close();
});
