import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** Names and ids, never message text; what could be a secret is cut out wherever it appears. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    serializers: { err: presentError },
    redact: {
      paths: [
        'token',
        'password',
        'authorization',
        '*.token',
        '*.password',
        '*.authorization',
        '*.refreshToken',
        '*.body',
      ],
      censor: '[secret]',
    },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** What an engine adds to an error (`detail: Failing row contains …`) are people's words. */
function presentError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack } = error;
  return { type: name, message, stack, ...('code' in error && { code: error.code }) };
}
