import type { ChangedChat, Chat, Hours, WaitingStep, WaitingSteps } from '@switchboard/protocol';
import type { FieldError } from '../errors.ts';

/** What may hand a session to the bot, and the bot. */
export type MeantForBot = Partial<Pick<Chat, 'botId' | (typeof choices)[number] | 'waitingSteps'>>;

/** What no schema can say of a channel. `after`: with what is asked in place. Names every bad field. */
export function badParts(asked: ChangedChat, after: MeantForBot): FieldError[] {
  return [
    ...(asked.hours ? badHours(asked.hours) : []),
    ...(asked.waitingSteps ? badSteps(asked.waitingSteps) : []),
    ...withoutBot(asked, after),
    ...(asked.allowedOrigins ?? []).flatMap((text, index) =>
      isOrigin(text)
        ? []
        : [{ path: `/allowedOrigins/${index}`, message: 'must be an origin such as https://shop.example' }],
    ),
  ];
}

const isOrigin = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
};

function badHours({ timeZone, week, closed = [] }: Hours): FieldError[] {
  const bad: FieldError[] = [];
  if (!isTimeZone(timeZone)) bad.push({ path: '/hours/timeZone', message: 'must be an IANA time zone: Europe/Kyiv' });
  for (const [day, spans] of Object.entries(week)) bad.push(...badSpans(`/hours/week/${day}`, spans));
  for (const [index, date] of closed.entries()) {
    if (!isDate(date)) bad.push({ path: `/hours/closed/${index}`, message: 'is no day of the calendar' });
  }
  return bad;
}

function isTimeZone(name: string): boolean {
  // Offsets, which Intl takes as well, know no summer time.
  if (!/^[a-z]/i.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const isDate = (text: string): boolean => {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
};

function badSpans(path: string, spans: { from: string; to: string }[]): FieldError[] {
  const bad: FieldError[] = [];
  for (const [index, { from, to }] of spans.entries()) {
    // Of one length, so their order as text is their order in time.
    if (from >= to) bad.push({ path: `${path}/${index}`, message: 'must end after it begins' });
    else if (spans.slice(0, index).some((other) => other.from < other.to && other.from < to && from < other.to)) {
      bad.push({ path: `${path}/${index}`, message: 'overlaps another span of the day' });
    }
  }
  return bad;
}

const everyStep = (steps: WaitingSteps): [path: string, step: WaitingStep][] =>
  (['forOperator', 'forAnswer', 'onHold'] as const).flatMap((kind) =>
    (steps[kind] ?? []).map((step, index): [string, WaitingStep] => [`/waitingSteps/${kind}/${index}`, step]),
  );

const badSteps = (steps: WaitingSteps): FieldError[] =>
  everyStep(steps).flatMap(([path, { text, toBot }]) => {
    if (text === undefined) return toBot ? [] : [{ path, message: 'must have text or toBot' }];
    return Object.hasOwn(text, 'default') ? [] : [{ path: `${path}/text/default`, message: 'is required' }];
  });

const choices = ['afterClosing', 'whileOffline', 'whileBusy'] as const;

function withoutBot(asked: ChangedChat, after: MeantForBot): FieldError[] {
  if (after.botId) return [];
  const wanting = [
    ...choices.filter((field) => after[field] === 'bot').map((field) => ({ field, path: `/${field}` })),
    ...everyStep(after.waitingSteps ?? {})
      .filter(([, { toBot }]) => toBot)
      .map(([path]) => ({ field: 'waitingSteps' as const, path: `${path}/toBot` })),
  ];
  const isAsked = ({ field }: { field: keyof ChangedChat }): boolean => asked[field] !== undefined;
  const bad = wanting.filter(isAsked).map(({ path }) => ({ path, message: 'needs a bot: name it in botId' }));
  const stay = new Set(wanting.filter((one) => !isAsked(one)).map(({ field }) => field));
  if (asked.botId === undefined || stay.size === 0) return bad;
  return [...bad, { path: '/botId', message: `must stay: ${[...stay].join(', ')} may hand to the bot` }];
}
