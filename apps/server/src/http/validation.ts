import { isName } from '@switchboard/protocol';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';

const strict = { allErrors: true, strict: false } as const;

/** Bodies say what they mean; what comes in a URL is text, so there numbers and flags are read out of it. */
export function useValidation(server: FastifyInstance): void {
  const body = withFormats(new Ajv(strict));
  const url = withFormats(new Ajv({ ...strict, coerceTypes: true }));
  server.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? body : url).compile(schema as object));
}

/** For the check of our own answers, in tests and development. */
export function answerChecker(): (schema: object) => ValidateFunction {
  const ajv = withFormats(new Ajv(strict));
  return (schema) => ajv.compile(schema);
}

function withFormats(ajv: Ajv): Ajv {
  addFormats.default(ajv, ['uuid', 'date-time', 'email']);
  ajv.addFormat('name', isName);
  return ajv;
}
