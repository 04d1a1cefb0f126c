import { ApiError, NetworkError } from '@switchboard/sdk';
import i18next, { t } from 'i18next';
import type en from '../languages/en.json';

type Code = keyof typeof en.errors;

/** What went wrong, in the operator's language; the server's own sentence where we have none. */
export function errorText(error: unknown): string {
  if (error instanceof NetworkError) return t('errors.network');
  if (!(error instanceof ApiError)) return t('errors.internal');
  if (error.winner) return t('errors.takenBy', { name: error.winner.name });
  return codeText(error.code) ?? error.message;
}

export const codeText = (code: string): string | null => (isKnown(code) ? t(`errors.${code}`) : null);

const isKnown = (code: string): code is Code => i18next.exists(`errors.${code}`);
