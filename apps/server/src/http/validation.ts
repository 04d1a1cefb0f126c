import { type Endpoint, isName, isSessionName, parseTime } from '@switchboard/protocol';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { FieldError } from '../errors.ts';
import { fieldErrors } from './field-errors.ts';
import { checkText } from './text.ts';
import { readUrlValues, readUuids } from './url-values.ts';

interface Asked {
  params: unknown;
  query: unknown;
  body: unknown;
}

/**
 * Everything that is wrong with a request, in its address and in its body. Bodies say what they mean; what comes in a URL
 * is text, so there numbers and flags are read out of it.
 */
export function requestChecker(): (endpoint: Endpoint, body: object | undefined) => (asked: Asked) => FieldError[] {
  const ajv = compiler();
  const part = (name: string, schema: object | undefined, isUrl: boolean) => {
    if (!schema) return () => [];
    const validate = ajv.compile(schema);
    const read = isUrl ? readUrlValues(schema) : null;
    const uuids = readUuids(schema);
    return (value: unknown): FieldError[] => {
      read?.(value);
      uuids(value);
      const bad = checkText(value);
      if (!validate(value)) bad.push(...fieldErrors(validate.errors ?? [], name));
      return oneForEach(bad);
    };
  };
  const checks = ({ params, query }: Endpoint, body: object | undefined) => {
    const checkParams = part('params', params, true);
    const checkBody = part('body', body, false);
    const checkQuery = part('query', query, true);
    return (asked: Asked) => [
      ...checkParams(asked.params),
      ...checkBody(asked.body ?? null),
      ...checkQuery(asked.query),
    ];
  };
  return (endpoint, body) => {
    // Made at the first request: an idle server keeps none.
    let made: ReturnType<typeof checks> | undefined;
    return (asked) => {
      made ??= checks(endpoint, body);
      return made(asked);
    };
  };
}

/** What is no number need not hear that it is not 0, 1 or 2 either. */
function oneForEach(errors: FieldError[]): FieldError[] {
  const first = new Map<string, FieldError>();
  for (const error of errors) if (!first.has(error.path)) first.set(error.path, error);
  return [...first.values()];
}

/** For the check of our own answers, in tests and development. */
export function answerChecker(): (schema: object) => ValidateFunction {
  const ajv = compiler();
  return (schema) => ajv.compile(schema);
}

function compiler(): Ajv {
  // Verbose: a field's description is what its error says.
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
  addFormats.default(ajv, ['uuid', 'email']);
  ajv.addFormat('name', isName);
  ajv.addFormat('session-name', isSessionName);
  ajv.addFormat('date-time', (text: string) => rfc3339.test(text) && isTime(text));
  ajv.addFormat('iso-8601', isTime);
  return ajv;
}

const isTime = (text: string): boolean => parseTime(text) !== null;
const rfc3339 = /T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;
