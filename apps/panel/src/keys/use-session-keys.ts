import type { Session } from '@switchboard/protocol';
import type { RefObject } from 'react';
import { takeSession } from '../sessions/take-session.ts';
import { useKeys } from './use-keys.ts';

interface On {
  session: Session;
  isMine: boolean;
  field: RefObject<HTMLTextAreaElement | null>;
  onFinish: () => void;
  onToggleClient: () => void;
}

export function useSessionKeys({ session, isMine, field, onFinish, onToggleClient }: On): void {
  useKeys({
    take: () => {
      if (session.status === 'HELP') void takeSession(session.id).then((mine) => mine && focusSoon(field));
    },
    answer: () => field.current?.focus(),
    finish: () => {
      if (isMine && session.status !== 'CLOSED') onFinish();
    },
    client: onToggleClient,
  });
}

/** The field appears with the render that follows. */
export const focusSoon = (field: RefObject<HTMLTextAreaElement | null>): void => {
  requestAnimationFrame(() => field.current?.focus());
};
