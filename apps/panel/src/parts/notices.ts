import { create } from 'zustand';

export interface Notice {
  id: number;
  tone: 'plain' | 'danger';
  text: string;
}

export const useNotices = create<{ notices: readonly Notice[] }>()(() => ({ notices: [] }));
let lastId = 0;
const shownMs = 7000;

/** Says something for some seconds, aloud too. */
export function notify(text: string, tone: Notice['tone'] = 'plain'): void {
  const id = ++lastId;
  useNotices.setState(({ notices }) => ({ notices: [...notices, { id, tone, text }].slice(-3) }));
  setTimeout(() => dismiss(id), shownMs);
}

export function dismiss(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}
