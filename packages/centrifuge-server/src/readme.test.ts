import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Centrifuge, type PublicationContext } from 'centrifuge';
import { SignJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { next, record } from './testing.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const examples = [...readme.matchAll(/```ts\n(import [\s\S]*?)```/g)]
  .map(([, code = '']) => code)
  .filter((code) => code.includes('createServer'));

/** Runs an example as it stands: only the port is changed, and the names are handed out. */
async function run(index: number, names: string) {
  const runnable = (examples[index] ?? '')
    .replace('listen(8000)', "listen(0, '127.0.0.1')")
    .concat(`\nexport { ${names} };\n`);
  expect(runnable).not.toContain('8000');
  const file = new URL(`readme-example-${index}.generated.ts`, import.meta.url);
  writeFileSync(file, runnable);
  onTestFinished(() => rmSync(file));
  const example = await import(/* @vite-ignore */ file.pathname);
  if (!example.http.listening) await new Promise((resolve) => example.http.once('listening', resolve));
  const host = `127.0.0.1:${example.http.address().port}`;
  onTestFinished(async () => {
    await example.live.close();
    example.http.close();
  });
  return { ...example, host };
}

test('there are two whole examples', () => {
  expect(examples).toHaveLength(2);
});

test('the example of the README runs', async () => {
  const { live, store, host } = await run(0, 'http, live, store');
  const client = new Centrifuge(`ws://${host}/connection/websocket`, { data: 'secret' });
  const publications = record<PublicationContext>(client, 'publication');
  client.connect();
  await publications.until(1);
  live.publish('news', store.append('news', JSON.stringify({ text: 'again' })));
  await publications.until(2);
  expect(publications.seen).toMatchObject([
    { channel: 'news', offset: 1, data: { text: 'hello ann' } },
    { channel: 'news', offset: 2, data: { text: 'again' } },
  ]);
  client.disconnect();
});

test('the example with everything runs', async () => {
  const { host } = await run(1, 'http, live');
  const token = await new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from('secret'));
  const client = new Centrifuge([{ transport: 'http_stream', endpoint: `http://${host}/connection/http_stream` }], {
    emulationEndpoint: `http://${host}/emulation`,
    token,
  });
  client.connect();
  const room = client.newSubscription('room:1', { delta: 'fossil', joinLeave: true });
  room.subscribe();
  await room.ready();
  expect(await room.history({ limit: 1 })).toMatchObject({ publications: [{ data: { text: 'hello' } }] });
  expect(await room.presenceStats()).toEqual({ numClients: 1, numUsers: 1 });
  expect((await client.rpc('greet', 1)).data).toEqual({ user: 'ann', method: 'greet', data: 1 });
  const publication = next(room, 'publication');
  const response = await fetch(`http://${host}/api/publish`, {
    method: 'POST',
    headers: { 'X-API-Key': 'api-key' },
    body: JSON.stringify({ channel: 'room:1', data: { text: 'again' } }),
  });
  expect(await response.json()).toMatchObject({ result: { offset: 2 } });
  expect(await publication).toMatchObject({ data: { text: 'again' } });
  client.disconnect();
});
