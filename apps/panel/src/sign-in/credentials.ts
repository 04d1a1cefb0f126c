import { create } from 'zustand';
import { readStored, watchStored, writeStored } from '../parts/storage.ts';
import { isEmbedded } from './embedding.ts';

export interface Credentials {
  token: string;
  refreshToken: string | null;
}
/** Why somebody who was in is now out: said on the sign-in page. */
export type SignedOutCause = 'expired' | 'blocked' | 'elsewhere' | 'loggedOut';

interface SignIn {
  /** `waiting`: inside another page, which has not sent a token yet or must send a new one. */
  phase: 'signedIn' | 'signedOut' | 'waiting';
  cause: SignedOutCause | null;
  credentials: Credentials | null;
}

const key = 'signIn';

export const useSignIn = create<SignIn>()(() => {
  const credentials = isEmbedded ? null : parse(readStored(key));
  return { phase: credentials ? 'signedIn' : isEmbedded ? 'waiting' : 'signedOut', cause: null, credentials };
});

export const currentToken = (): string | null => useSignIn.getState().credentials?.token ?? null;

/** What is kept for all tabs; another one may have changed it a moment ago. */
export const storedCredentials = (): Credentials | null => parse(readStored(key));

export function enter(credentials: Credentials): void {
  if (!isEmbedded) writeStored(key, JSON.stringify(credentials));
  useSignIn.setState({ phase: 'signedIn', cause: null, credentials });
}

export function leave(cause: SignedOutCause | null): void {
  if (!isEmbedded) writeStored(key, null);
  useSignIn.setState({ phase: isEmbedded ? 'waiting' : 'signedOut', cause, credentials: null });
}

/** Signing in or out in one tab is for all. */
export function followOtherTabs(): () => void {
  if (isEmbedded) return () => {};
  return watchStored(key, (value) => {
    const credentials = parse(value);
    useSignIn.setState({ phase: credentials ? 'signedIn' : 'signedOut', cause: null, credentials });
  });
}

function parse(text: string | null): Credentials | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    if (typeof value !== 'object' || value === null || !('token' in value) || !('refreshToken' in value)) return null;
    const { token, refreshToken } = value;
    return typeof token === 'string' && typeof refreshToken === 'string' ? { token, refreshToken } : null;
  } catch {
    return null;
  }
}
