import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** Names and ids, never message text; what could be a secret is cut out wherever it appears. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
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
