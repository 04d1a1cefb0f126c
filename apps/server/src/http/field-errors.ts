import { limits } from '@switchboard/protocol';
import type { ErrorObject } from 'ajv';
import type { FieldError } from '../errors.ts';

/** What the schema says, in a person's words. `whole` names what is bad as a whole. */
export const fieldErrors = (problems: ErrorObject[], whole: string): FieldError[] =>
  problems.map((problem) => {
    const missing = problem.keyword === 'required' ? `/${String(problem.params.missingProperty)}` : '';
    return { path: `${problem.instancePath}${missing}` || `/${whole}`, message: sentenceOf(problem) };
  });

function sentenceOf({ keyword, params, parentSchema, message }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'enum':
      return `must be one of ${String(params.allowedValues)}`;
    case 'type':
      return `must be ${[params.type].flat().join(' or ')}`;
    case 'pattern':
      return `must be ${inSentence(String(parentSchema?.description))}`;
    case 'format':
      return formats[String(params.format)] ?? message ?? notValid;
    default:
      return message ?? notValid;
  }
}

const notValid = 'is not valid';
const time = 'must be an ISO 8601 time such as 2026-01-31T21:30:54Z';
const formats: Record<string, string> = {
  name: `must be 1 to ${limits.nameCharacters} characters, not only spaces`,
  'session-name': `must be 1 to ${limits.sessionNameCharacters} characters, not only spaces`,
  'date-time': time,
  'iso-8601': time,
};

const inSentence = (description: string): string =>
  `${description.slice(0, 1).toLowerCase()}${description.slice(1).replace(/\.$/, '')}`;
