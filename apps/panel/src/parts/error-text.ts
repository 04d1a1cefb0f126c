import { ApiError, NetworkError } from '@switchboard/sdk';
import i18next from 'i18next';
import type en from '../languages/en.json';

type Code = keyof typeof en.errors;

/** What went wrong, in the operator's language; the server's own sentence where we have none. */
export function errorText(error: unknown): string {
  if (error instanceof NetworkError) return i18next.t('errors.network');
  if (!(error instanceof ApiError)) return i18next.t('errors.internal');
  if (error.winner) return i18next.t('errors.takenBy', { name: error.winner.name });
  return codeText(error.code) ?? error.message;
}

export function codeText(code: string): string | null {
  const key = `errors.${code}`;
  return i18next.exists(key) ? i18next.t(key as `errors.${Code}`) : null;
}
