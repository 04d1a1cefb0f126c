/** Every bound that both ends know. Spans carry their unit. */
export const limits = {
  messageBodyCharacters: 10_000,
  nameCharacters: 100,
  sessionNameCharacters: 200,
  passwordCharacters: 10,
  localIdCharacters: 100,
  synchronizeRows: 1000,
  listDefault: 10,
  listMost: 1000,
  /** With the largest limit and page still an exact integer. */
  offsetMost: 1_000_000_000,
  requestBytes: 1_048_576,
  operatorTokenHours: 24,
  loginTokenDefaultSeconds: 7 * 24 * 3600,
  loginTokenMostSeconds: 30 * 24 * 3600,
  idempotencyHours: 24,
  typingShownMs: 5000,
} as const;
