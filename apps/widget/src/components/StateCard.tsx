import { isAway } from '../state-line.ts';
import type { Props } from './App.tsx';

/** Below the messages: the place in line, or that the chat is over. */
export function StateCard({ view: { session, channel, unsent }, words: { say, span } }: Omit<Props, 'actions'>) {
  if (session?.status === 'CLOSED' && !unsent.length) {
    return (
      <div class="card" data-testid="ended">
        <strong>{say('ended')}</strong>
        <p>{say('endedHint')}</p>
      </div>
    );
  }
  if (session?.status !== 'HELP') return null;
  const { position, expectedWait } = session;
  const place = position === 1 ? say('next') : position ? say('place', { n: position }) : say('help');
  return (
    <div class="card" data-testid="help" role="status">
      {!isAway({ session, channel }) && <strong>{place}</strong>}
      {expectedWait !== null && <p>{say('wait', { time: span(expectedWait) })}</p>}
      <p>{say('helpHint')}</p>
    </div>
  );
}
