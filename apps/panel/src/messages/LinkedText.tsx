import { useMemo } from 'react';
import { linkedText } from './linked-text.ts';

/** What people wrote, as text; addresses can be followed without telling the other side where from. */
export function LinkedText({ text }: { text: string }) {
  const pieces = useMemo(() => linkedText(text), [text]);
  return pieces.map(({ text: words, href, start }) =>
    href === undefined ? (
      words
    ) : (
      <a
        key={start}
        href={href}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="underline underline-offset-2"
      >
        {words}
      </a>
    ),
  );
}
