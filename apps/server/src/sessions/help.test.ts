import { expect, test } from 'vitest';
import { expectedWait } from './help.ts';

const now = 10_000_000;
const ago = (...seconds: number[]) => seconds.map((count) => now - count * 1000);

test.each<[string, number, number[], number | null]>([
  ['nothing was served lately', 1, [], null],
  ['too little to tell', 1, ago(0, 10), null],
  ['one every ten seconds', 1, ago(0, 10, 20, 30), 10],
  ['the third place', 3, ago(0, 10, 20, 30), 30],
  ['help has come to a stand', 1, ago(60, 70, 80, 90), 30],
  ['all at once', 2, ago(0, 0, 0), 0],
  ['never less than it is', 1, ago(0, 1, 1, 1), 1],
])('%s', (_, position, served, wait) => {
  expect(expectedWait(position, served, now)).toBe(wait);
});
