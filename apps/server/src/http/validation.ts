import { isName } from '@switchboard/protocol';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import { checkText } from './text.ts';
import { readUrlValues } from './url-values.ts';

/** Bodies say what they mean; what comes in a URL is text, so there numbers and flags are read out of it. */
export function useValidation(server: FastifyInstance): void {
  const ajv = compiler();
  server.setValidatorCompiler(({ schema, httpPart }) => {
    const validate = ajv.compile(schema as object);
    const read = httpPart === 'body' ? null : readUrlValues(schema);
    const check = (value: unknown) => {
      read?.(value);
      const refused = checkText(value);
      if (refused) return { error: refused };
      const valid = validate(value);
      check.errors = validate.errors;
      return valid;
    };
    check.errors = validate.errors;
    return check;
  });
}

/** For the check of our own answers, in tests and development. */
export function answerChecker(): (schema: object) => ValidateFunction {
  const ajv = compiler();
  return (schema) => ajv.compile(schema);
}

function compiler(): Ajv {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv, ['uuid', 'email']);
  ajv.addFormat('name', isName);
  ajv.addFormat('date-time', isTime);
  return ajv;
}

const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;

// What passes here is compared in the database: it must be a moment, not only look like one.
const isTime = (text: string): boolean => iso.test(text) && !Number.isNaN(Date.parse(text));
