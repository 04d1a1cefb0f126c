import { answerChecker } from './validation.ts';

/** In tests and development an answer that is not what the contract says is an error of ours, loud and at once. */
export function checkAnswers(): (schema: object) => (value: unknown) => void {
  const compile = answerChecker();
  return (schema) => {
    const validate = compile(schema);
    return (value) => {
      // As it will be on the wire.
      if (validate(JSON.parse(JSON.stringify(value)))) return;
      throw new Error(`an answer breaks the contract: ${JSON.stringify(validate.errors)}`);
    };
  };
}
