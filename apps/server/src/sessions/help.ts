/** Sessions that help has given away lately: enough to smooth, few enough to follow the day. */
export const servedLooked = { count: 20, withinMs: 3600_000 } as const;
const fewestServed = 3;

/**
 * Seconds until this place is served, if help goes on as it went since the oldest of these moments (newest first); null: too
 * little is known. Up to now, so that help which has come to a stand takes ever longer.
 */
export function expectedWait(position: number, served: number[], now: number): number | null {
  const oldest = served.at(-1);
  if (oldest === undefined || served.length < fewestServed) return null;
  // The oldest begins the span, so it is not counted in it.
  const interval = (now - oldest) / (served.length - 1);
  return Math.ceil((position * interval) / 1000);
}
