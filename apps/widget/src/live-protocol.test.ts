import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPositions, isPing, isTerminal, readFrame } from './live-protocol.ts';

const live = (channel: string, offset: number) => ({ channel, pub: { offset, data: offset } });
const fresh = { recoverable: true, epoch: 'e1', offset: 5 };

describe('frames', () => {
  it('reads one reply per line and skips blank ones', () => {
    expect(readFrame('{"id":1,"connect":{"ping":25}}\n\n{}\n')).toEqual([{ id: 1, connect: { ping: 25 } }, {}]);
  });

  it('knows a ping from everything else', () => {
    expect(readFrame('{}\n{"push":{}}').map(isPing)).toEqual([true, false]);
  });

  it.each(['{', 'null', '[]', '1', '"{}"', '{}\n{"a"'])('refuses %j', (frame) => {
    expect(() => readFrame(frame)).toThrow(SyntaxError);
  });

  it('finds again whatever replies were joined', () => {
    const reply = fc.record({
      id: fc.nat(),
      push: fc.record({ channel: fc.string(), pub: fc.record({ data: fc.json() }) }),
    });
    fc.assert(
      fc.property(fc.array(reply), (replies) => {
        expect(readFrame(replies.map((one) => JSON.stringify(one)).join('\n'))).toEqual(replies);
      }),
    );
  });
});

it.each([
  [1006, false],
  [3000, false],
  [3499, false],
  [3500, true],
  [3999, true],
  [4001, false],
  [4499, false],
  [4500, true],
  [4501, true],
  [5000, false],
])('close code %i is final: %s', (code, final) => {
  expect(isTerminal(code)).toBe(final);
});

describe('positions', () => {
  it('asks for nothing on the first connection', () => {
    expect(JSON.parse(createPositions().connectCommand(1, 'T'))).toEqual({
      connect: { data: { application: 'widget', settings: { token: 'T' } }, name: 'switchboard-widget' },
      id: 1,
    });
  });

  it('comes back with the last offset that it read', () => {
    const positions = createPositions();
    positions.connected({ c: fresh });
    positions.read('c', live('c', 6).pub);
    positions.read('c', live('c', 7).pub);
    expect(JSON.parse(positions.connectCommand(2, 'T')).connect.subs).toEqual({
      c: { recover: true, epoch: 'e1', offset: 7 },
    });
  });

  it('reads each offset once, and signals without an offset always', () => {
    const positions = createPositions();
    positions.connected({ c: fresh });
    expect([6, 6, 5, 7].map((offset) => positions.read('c', { offset, data: 0 }))).toEqual([true, false, false, true]);
    expect([positions.read('c', { data: 0 }), positions.read('c', { data: 0 })]).toEqual([true, true]);
  });

  it('is complete only when every channel was recovered', () => {
    const recovered = { ...fresh, was_recovering: true, recovered: true, publications: [{ offset: 6, data: 'six' }] };
    const lost = { ...fresh, was_recovering: true };
    expect(createPositions().connected({ c: fresh }).complete).toBe(false);
    expect(createPositions().connected({}).complete).toBe(false);
    expect(createPositions().connected({ c: recovered, d: lost }).complete).toBe(false);
    expect(createPositions().connected({ c: recovered })).toEqual({ complete: true, publications: ['six'] });
  });

  it('forgets a channel that the server no longer names', () => {
    const positions = createPositions();
    positions.connected({ c: fresh, d: fresh });
    positions.connected({ d: fresh });
    expect(Object.keys(JSON.parse(positions.connectCommand(3, 'T')).connect.subs)).toEqual(['d']);
  });
});
