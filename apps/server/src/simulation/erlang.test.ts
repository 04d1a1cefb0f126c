import { describe, expect, test } from 'vitest';
import { erlangA } from './erlang.ts';

const minute = 60;

describe('Erlang-A', () => {
  test('the example of Garnett, Mandelbaum and Reiman (2002): 48 calls a minute, 50 agents, patience of two minutes', () => {
    const queue = { arrivalRate: 48 / minute, meanService: minute, places: 50 };
    const patient = erlangA({ ...queue, meanPatience: Number.POSITIVE_INFINITY });
    expect(patient.meanWait).toBeCloseTo(20.8, 1);
    expect(patient.busy / 50).toBeCloseTo(0.96, 5);
    const leaving = erlangA({ ...queue, meanPatience: 2 * minute });
    expect(leaving.meanWait).toBeCloseTo(3.7, 1);
    expect(leaving.abandoned).toBeCloseTo(0.031, 3);
    expect(leaving.busy / 50).toBeCloseTo(0.93, 2);
  });

  const traffic = { arrivalRate: 8, meanService: 1, places: 10 };

  test('nobody leaves: Erlang-C, whose wait is C / (n − a) services', () => {
    const { delayed, meanWait, abandoned } = erlangA({ ...traffic, meanPatience: Number.POSITIVE_INFINITY });
    expect(delayed).toBeCloseTo(0.409, 3);
    expect(meanWait).toBeCloseTo(delayed / (10 - 8), 10);
    expect(abandoned).toBe(0);
    const verySlowly = erlangA({ ...traffic, meanPatience: 1e9 });
    expect(verySlowly.meanWait).toBeCloseTo(meanWait, 6);
  });

  test('nobody waits: Erlang-B, where who leaves is who is lost', () => {
    const { abandoned, meanWait } = erlangA({ ...traffic, meanPatience: 1e-9 });
    expect(abandoned).toBeCloseTo(0.1217, 4);
    expect(meanWait).toBeCloseTo(0, 6);
    expect(erlangA({ arrivalRate: 5, meanService: 1, meanPatience: 1e-9, places: 10 }).abandoned).toBeCloseTo(
      0.01838,
      5,
    );
  });

  test('as patient as service is long: as many in the system as in M/M/∞', () => {
    const { busy, meanWait } = erlangA({ ...traffic, meanPatience: 1 });
    expect(busy + meanWait * traffic.arrivalRate).toBeCloseTo(8, 10);
  });

  test('one place, by hand: M/M/1 with ρ = ½', () => {
    const half = erlangA({ arrivalRate: 0.5, meanService: 1, meanPatience: Number.POSITIVE_INFINITY, places: 1 });
    expect(half.meanWait).toBeCloseTo(1, 10);
    expect(half.delayed).toBeCloseTo(0.5, 10);
  });

  test('who is served and who leaves are all who come', () => {
    for (const places of [0, 1, 24, 400]) {
      const { busy, abandoned } = erlangA({ arrivalRate: 300, meanService: 1, meanPatience: 0.7, places });
      expect(busy / 300 + abandoned).toBeCloseTo(1, 9);
    }
  });

  test('more than ever can be served, with endless patience: an endless wait', () => {
    const never = { arrivalRate: 11, meanService: 1, meanPatience: Number.POSITIVE_INFINITY, places: 10 };
    expect(erlangA(never).meanWait).toBe(Number.POSITIVE_INFINITY);
  });
});
