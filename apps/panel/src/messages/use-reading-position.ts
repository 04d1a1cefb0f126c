import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

interface What {
  sessionId: string;
  isReady: boolean;
  /** Number of the first message that is loaded: a smaller one than before means that older ones have come on top. */
  firstNumber: number;
  lastNumber: number;
  /** How many of mine are on their way: writing takes me to the end. */
  pending: number;
  onNearTop: () => void;
}

export interface ReadingPosition {
  scroller: RefObject<HTMLDivElement | null>;
  onScroll: () => void;
  isAtEnd: boolean;
  /** Came since the reader left the end. */
  newer: number;
  toEnd: () => void;
}

const endZone = 48;
const topZone = 400;

/** Opens at the newest message, follows while the reader is there, and never moves under a reader who is elsewhere. */
export function useReadingPosition(what: What): ReadingPosition {
  const scroller = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const seen = useRef({ sessionId: '', firstNumber: 0, lastNumber: 0, pending: 0, height: 0, atEnd: true });
  const [lastSeen, setLastSeen] = useState(0);
  const { sessionId, isReady, firstNumber, lastNumber, pending } = what;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || !isReady) return;
    const before = seen.current;
    const isNew = before.sessionId !== sessionId;
    const height = element.scrollHeight;
    if (isNew || before.atEnd || pending > before.pending) {
      element.scrollTop = height;
      before.atEnd = true;
      setAtEnd(true);
      setLastSeen(lastNumber);
    } else if (firstNumber < before.firstNumber) {
      element.scrollTop += height - before.height;
    }
    seen.current = { sessionId, firstNumber, lastNumber, pending, height, atEnd: before.atEnd };
  });

  const isAtEndNow = useCallback((): boolean => {
    const element = scroller.current;
    return !element || element.scrollHeight - element.scrollTop - element.clientHeight < endZone;
  }, []);

  const onScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    const atEnd = isAtEndNow();
    seen.current.atEnd = atEnd;
    setAtEnd(atEnd);
    if (atEnd) setLastSeen(lastNumber);
    if (element.scrollTop < topZone) what.onNearTop();
  };

  // The composer grows, the keyboard opens, the window narrows: who was at the end stays there.
  useEffect(() => {
    const element = scroller.current;
    if (!element || !isReady) return;
    const observer = new ResizeObserver(() => {
      if (seen.current.atEnd) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isReady]);

  const toEnd = useCallback(() => {
    const element = scroller.current;
    element?.scrollTo({ top: element.scrollHeight, behavior: 'smooth' });
  }, []);

  return { scroller, onScroll, isAtEnd, newer: isAtEnd ? 0 : Math.max(0, lastNumber - lastSeen), toEnd };
}
