import { refusal } from './channels.ts';
import { commandErrors, type ReplyError } from './codes.ts';

/**
 * A JSON object of a request. What is in it is read by the functions below, which refuse what is of another kind. For
 * those that answer an empty value, that, null and nothing are the same: programs in Go leave out what others write.
 */
export type Fields = Record<string, unknown>;

/** A request whose parameters are wrong. */
export const badRequest = (): ReplyError => refusal(commandErrors.badRequest);

export function fields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest();
  return { ...value };
}

export function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw badRequest();
  return value;
}

export const names = (value: unknown): string[] => list(value).map(name);

export function name(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw badRequest();
  return value;
}

export function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string') throw badRequest();
  return value;
}

export function number(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number') throw badRequest();
  return value;
}

export function flag(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw badRequest();
  return value;
}

/** `{value: true}` of an override; undefined without one. */
export function override(value: unknown): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  return flag(fields(value).value);
}
