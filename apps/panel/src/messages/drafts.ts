import { create } from 'zustand';
import { readStored, writeStored } from '../parts/storage.ts';

/** What has been typed and not sent, per session; the operator's own, kept across reloads. */
export const useDrafts = create<{ operatorId: number; texts: Readonly<Record<string, string>> }>()(() => ({
  operatorId: 0,
  texts: {},
}));

export function loadDrafts(operatorId: number): void {
  useDrafts.setState({ operatorId, texts: stored(operatorId) });
}

export function keepDraft(sessionId: string, text: string): void {
  const { operatorId } = useDrafts.getState();
  // Another tab may have written drafts of other sessions meanwhile.
  const { [sessionId]: _, ...others } = stored(operatorId);
  const texts = text.trim() === '' ? others : { ...others, [sessionId]: text };
  writeStored(`drafts.${operatorId}`, JSON.stringify(texts));
  useDrafts.setState({ texts });
}

export const draftOf = (sessionId: string): string => useDrafts.getState().texts[sessionId] ?? '';

function stored(operatorId: number): Record<string, string> {
  try {
    const value: unknown = JSON.parse(readStored(`drafts.${operatorId}`) ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === 'string'));
  } catch {
    return {};
  }
}
