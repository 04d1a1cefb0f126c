import { ApiError, type Client, createClient } from '@switchboard/sdk';
import { type Credentials, currentToken, enter, leave, storedCredentials, useSignIn } from './credentials.ts';
import { isEmbedded, onHostToken, tellHost } from './embedding.ts';
import { oneTabAtATime } from './one-tab-at-a-time.ts';
import { expiresAt, refreshIn } from './token-expiry.ts';

/** Every call of the panel goes through here. */
export const api: Client = createClient({
  baseUrl: '',
  token: currentToken,
  onUnauthorized: () => refreshToken(currentToken()),
});

/** A token that has not ended, for the live connection. */
export async function freshToken(): Promise<string> {
  const token = currentToken();
  const end = token === null ? null : expiresAt(token);
  if (token !== null && end !== null && end <= Date.now()) await refreshToken(token);
  const fresh = currentToken();
  if (fresh === null) throw new Error('signed out');
  return fresh;
}

let running: Promise<boolean> | null = null;

/** Answers true when another token than the refused one is in place. */
export function refreshToken(refused: string | null): Promise<boolean> {
  if (refused === null) return Promise.resolve(false);
  if (currentToken() !== refused) return Promise.resolve(currentToken() !== null);
  running ??= (isEmbedded ? askHost() : oneTabAtATime('refresh', () => renew(refused))).finally(() => {
    running = null;
  });
  return running;
}

/** Keeps the token alive while the panel is open. Answers with the way to stop. */
export function keepTokenFresh(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const plan = (credentials: Credentials | null): void => {
    clearTimeout(timer);
    const wait = credentials?.refreshToken ? refreshIn(credentials.token, Date.now()) : null;
    if (wait === null) return;
    // A timer holds 24.8 days at most; the longest token lives 30.
    timer = setTimeout(() => void refreshToken(currentToken()).catch(() => {}), Math.min(wait, 2 ** 31 - 1));
  };
  plan(useSignIn.getState().credentials);
  const stop = useSignIn.subscribe((now, before) => {
    if (now.credentials !== before.credentials) plan(now.credentials);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

export function listenToHost(): void {
  if (!isEmbedded) return;
  onHostToken((token) => enter({ token, refreshToken: null }));
  tellHost('ready');
}

export async function signOut(): Promise<void> {
  // Out is out on this machine, even when the server cannot be told.
  await api.call('logout').catch(() => {});
  leave(null);
}

async function renew(refused: string | null): Promise<boolean> {
  const stored = storedCredentials();
  if (stored === null) return leaveWith('expired');
  if (stored.token !== refused) return enterWith(stored);
  if (stored.refreshToken === null) return leaveWith('expired');
  try {
    return enterWith(await api.call('refresh', { body: { refreshToken: stored.refreshToken } }));
  } catch (error) {
    if (error instanceof ApiError && error.status < 500 && error.status !== 429) return leaveWith('expired');
    throw error;
  }
}

const enterWith = (credentials: Credentials): true => {
  enter(credentials);
  return true;
};
const leaveWith = (cause: 'expired'): false => {
  leave(cause);
  return false;
};

async function askHost(): Promise<boolean> {
  leave('expired');
  tellHost('tokenExpired');
  return false;
}
