import { readFileSync } from 'node:fs';
import type { AddedReason, ClientEventName, DeletedReason, OperatorEventName } from '@switchboard/protocol';
import { closeCodes } from '@switchboard/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cast, type CastName, castNames, gatherCast, type OperatorName, type World } from './cast.ts';
import type { Cause } from './causes/acts.ts';
import { causes } from './causes.ts';

// docs/events.md is read: everything that it says happens is made to happen on a whole server, and is heard by whom it
// names and by nobody else.

interface Row {
  cause: string;
  /** With its reason, where it has one: `chatSessionAdded routing`. */
  event: string;
  who: string[];
}

const text = readFileSync(new URL('../../../../docs/events.md', import.meta.url), 'utf8');
const rows: Row[] = [];
for (const [, cause, event, reason, who = ''] of text.matchAll(
  /^\| ?(.*?) *\| `(\w+)`(?: \*(\w+)\*)? \| (.*?) *\|$/gm,
)) {
  rows.push({
    cause: cause || (rows.at(-1)?.cause ?? ''),
    event: [event, reason].filter(Boolean).join(' '),
    who: who.split(', '),
  });
}

const everybody: OperatorName[] = ['john', 'sarah', 'second', 'watcher', 'outsider', 'supervisor', 'admin'];
const ofTheGroup: OperatorName[] = ['john', 'sarah', 'watcher', 'supervisor', 'admin'];
const alone = (name?: CastName): CastName[] => (name === undefined ? [] : [name]);

/** The words of the third column. */
const people: Record<string, (cause: Cause, world: World) => readonly CastName[]> = {
  'in scope': ({ its = [], loses }, world) =>
    world === 'of a group' ? [...ofTheGroup, ...its, ...alone(loses)] : everybody,
  'in its new scope': ({ scopeAfter = [] }) => scopeAfter,
  'the organization': () => everybody,
  'the rest of the organization': ({ that }) => everybody.filter((name) => name !== that),
  'its operators': ({ its = [] }) => its,
  'its other operators': ({ its = [], that }) => its.filter((name) => name !== that),
  'who has it open': ({ open = [] }) => open,
  'who gets it': ({ gets }) => alone(gets),
  'who loses it': ({ loses }) => alone(loses),
  'who hears the group': ({ hearing = [] }) => hearing,
  'that operator': ({ that }) => alone(that),
  'the older connection': ({ that }) => alone(that),
  'its client': () => ['client'],
};

test('every cause of the table has its case, and every case its rows', () => {
  expect([...new Set(rows.map(({ cause }) => cause))].sort()).toEqual(Object.keys(causes).sort());
});

test('the table speaks of people in the words that it explains', () => {
  for (const { who } of rows) for (const word of who) expect(Object.keys(people)).toContain(word);
  for (const word of Object.keys(people)) expect(rows.flatMap(({ who }) => who)).toContain(word);
});

/** All that anybody can hear. */
const names: Record<OperatorEventName | ClientEventName, true> = {
  chatSessionStarted: true,
  chatSessionAdded: true,
  operatorNotFound: true,
  chatSessionSwitchedFromBotToOperator: true,
  chatSessionUpdated: true,
  chatSessionDeleted: true,
  sessionClosedByClient: true,
  chatMessageCreated: true,
  chatMessageEdited: true,
  chatMessageDeleted: true,
  chatMessageRead: true,
  typing: true,
  clientOnline: true,
  clientOffline: true,
  operatorBlocked: true,
  chatUserExists: true,
  operatorLoggedOut: true,
  operatorStatusChanged: true,
};

test('every event is in the table, and every reason', () => {
  const added: Record<AddedReason, true> = { routing: true, transfer: true, taken: true, sticky: true, idle: true };
  const deleted: Record<DeletedReason, true> = {
    bot: true,
    transfer: true,
    idle: true,
    closed: true,
    taken: true,
    loggedOut: true,
  };
  const told = new Set(rows.map(({ event }) => event));
  const closedWith = [...told].filter((event) => /^\d+$/.test(event));
  expect(closedWith).toEqual([String(closeCodes.feedsChanged.code)]);
  for (const code of closedWith) told.delete(code);
  expect(new Set([...told].map((event) => event.split(' ')[0]))).toEqual(new Set(Object.keys(names)));
  const reasonsOf = (name: string) => [...told].flatMap((event) => event.match(`^${name} (.*)`)?.[1] ?? []).sort();
  expect(reasonsOf('chatSessionAdded')).toEqual(Object.keys(added).sort());
  expect(reasonsOf('chatSessionDeleted')).toEqual(Object.keys(deleted).sort());
});

test('docs/live.md says of every event on what it is heard, and what it carries', () => {
  const live = readFileSync(new URL('../../../../docs/live.md', import.meta.url), 'utf8');
  const firstColumn = (head: string) => {
    const [, table = ''] = live.split(`| ${head} |`);
    const cells = table.split('\n\n')[0]?.match(/^\| `[^|]*/gm) ?? [];
    return new Set(cells.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name)));
  };
  expect(firstColumn('you hear | on')).toEqual(new Set(Object.keys(names)));
  expect(firstColumn('event | `data`')).toEqual(new Set(Object.keys(names)));
});

describe.each<World>(['of the organization', 'of a group'])('sessions %s', (world) => {
  let cast: Cast;
  beforeAll(async () => {
    cast = await gatherCast(world);
  });
  afterAll(() => cast[Symbol.asyncDispose]());

  test.each(Object.entries(causes))('%s', async (name, cause) => {
    await cast.again();
    await cause.given?.(cast);
    const heard = await cast.heard(() => cause.act(cast));
    const told: Record<string, Set<CastName>> = {};
    for (const who of castNames) {
      for (const { event, data } of heard[who]) {
        const name = [event, data.reason].filter(Boolean).join(' ');
        told[name] = new Set(told[name]).add(who);
      }
    }
    const said = rows.filter((row) => row.cause === name);
    const expected = said.map(({ event, who }) => [
      event,
      new Set(who.flatMap((word) => people[word]?.(cause, world) ?? [])),
    ]);
    expect(told).toEqual(Object.fromEntries(expected));
  });
});
