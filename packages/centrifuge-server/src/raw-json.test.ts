import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExact } from './exact-json.ts';
import { payloadOfBytes } from './payload.ts';
import { rawMember } from './raw-json.ts';
import { next, record, type Started, startServer } from './testing.ts';

test('whatever the JSON, the text of a member is what JSON.parse makes of it', () => {
  const property = fc.property(
    fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
    fc.constantFrom(undefined, 1, '\t'),
    (object, indent) => {
      const text = JSON.stringify(object, null, indent);
      for (const name of Object.keys(object)) {
        expect(JSON.parse(rawMember(text, name) ?? '')).toEqual(JSON.parse(text)[name]);
      }
      expect(rawMember(text, 'none of these')).toBe(null);
    },
  );
  fc.assert(property, { numRuns: 200 });
});

test.each([
  ['{"data":1,"data" : { "a" : [ "]}" ] } }', '{ "a" : [ "]}" ] }'],
  ['{"d\\u0061ta":12345678901234567890}', '12345678901234567890'],
  ['{"x":"\\\\","data":"\\\\\\""}', '"\\\\\\""'],
  ['{"x":{"data":1}}', null],
  ['{"data":1.10\r}', '1.10'],
  ['{}', null],
])('the data of %s is %s', (text, data) => {
  expect(rawMember(text, 'data')).toBe(data);
});

test('what is too deep to be read elsewhere is refused', () => {
  expect(() => rawMember(`{"data":${'['.repeat(1_001)}${']'.repeat(1_001)}}`, 'data')).toThrow(SyntaxError);
  expect(rawMember(`{"data":${'['.repeat(1_000)}${']'.repeat(1_000)}}`, 'data')).toHaveLength(2_000);
});

test('what a client publishes arrives byte for byte, and is stored so', async () => {
  const live: Started = await startServer({ onPublish: async () => true });
  const [writer, reader] = [await live.raw(), await live.raw()];
  await writer.connect();
  await reader.connect();
  const data = '{ "big": 12345678901234567890, "small": 0.10000000000000000001, "e": 1E400, "again": 1, "again": 2 }';
  writer.socket.send(`{"id":2,"publish":{"channel":"news","data":${data}}}`);
  await reader.until(2);
  expect(reader.frames[1]).toContain(`"data":${data},`);
  expect(
    (await live.memory.page({ channel: 'news', since: null, limit: 1, reverse: false })).publications,
  ).toMatchObject([{ json: data }]);
});

test('numbers of many digits survive the parse, and all else is as JSON.parse has it', () => {
  const text =
    '{"id":12345678901234567890,"list":[0.30000000000000004,1.00000000000000000001,7],"text":"1234567890123456789"}';
  expect(JSON.stringify(parseExact(text))).toBe(text);
  expect(parseExact('{"a":[1.50,"x"]}')).toEqual({ a: [1.5, 'x'] });
});

test('a publication of the real client that the application declines is not stored', async () => {
  const live: Started = await startServer({ onPublish: async (_connection, _channel, data) => data === 'yes' });
  const one = live.client();
  const publications = record<{ data: unknown }>(one, 'publication');
  one.connect();
  await next(one, 'connected');
  await expect(one.publish('news', 'no')).rejects.toMatchObject({ code: 103 });
  await one.publish('news', 'yes');
  await publications.until(1);
  expect(publications.seen).toMatchObject([{ data: 'yes' }]);
});

test('so it is as the bytes of a protobuf client', () => {
  const nested = (depth: number) => Buffer.from(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  expect(payloadOfBytes(nested(1_000))).toEqual({ json: nested(1_000).toString() });
  expect(() => payloadOfBytes(nested(1_001))).toThrow(SyntaxError);
});
