// PostgreSQL's words for: I am going, coming, or full; the system's for: nobody is there.
const codes =
  /^(08\w{3}|57P0[1-5]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
// The driver's own, which carry no code.
const sentences = /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

/** Whether the database is away, not the request wrong: the same may be granted in a moment. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && typeof error.code === 'string' && codes.test(error.code)) || sentences.test(error.message));
