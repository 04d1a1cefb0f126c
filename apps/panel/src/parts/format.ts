import i18next from 'i18next';

type Unit = 'second' | 'minute' | 'hour' | 'day';

/** How long, in its largest unit: "45s", "12m", "3h". */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return amount(seconds, 'second');
  if (seconds < 3600) return amount(Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return amount(Math.floor(seconds / 3600), 'hour');
  return amount(Math.floor(seconds / 86_400), 'day');
}

export const timeOfDay = (iso: string): string => format({ hour: 'numeric', minute: '2-digit' }, iso);

export const dateAndTime = (iso: string): string => format({ dateStyle: 'medium', timeStyle: 'short' }, iso);

/** As short as it stays clear: the time today, the weekday this week, else the date. */
export function shortTime(iso: string, nowMs: number): string {
  const days = daysAgo(iso, nowMs);
  if (days <= 0) return timeOfDay(iso);
  if (days < 7) return format({ weekday: 'short' }, iso);
  return format({ day: 'numeric', month: 'short' }, iso);
}

/** "Today", "Yesterday", then the date in words. */
export function dayName(iso: string, nowMs: number): string {
  const days = daysAgo(iso, nowMs);
  if (days <= 1) {
    const { language } = i18next;
    const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-Math.max(0, days), 'day');
    return words.charAt(0).toLocaleUpperCase(language) + words.slice(1);
  }
  return format({ weekday: 'long', day: 'numeric', month: 'long', ...(days > 300 && { year: 'numeric' }) }, iso);
}

export const sameDay = (a: string, b: string): boolean => new Date(a).toDateString() === new Date(b).toDateString();

export const count = (n: number): string => new Intl.NumberFormat(i18next.language).format(n);

function daysAgo(iso: string, nowMs: number): number {
  const midnight = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);
  return Math.round((midnight(nowMs) - midnight(Date.parse(iso))) / 86_400_000);
}

function amount(n: number, unit: Unit): string {
  return new Intl.NumberFormat(i18next.language, { style: 'unit', unit, unitDisplay: 'narrow' }).format(n);
}

const formats = new Map<string, Intl.DateTimeFormat>();
function format(options: Intl.DateTimeFormatOptions, iso: string): string {
  const key = `${i18next.language} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(i18next.language, options);
    formats.set(key, found);
  }
  return found.format(new Date(iso));
}
