import type { limits as shared } from '@switchboard/protocol';

// The protocol's own table would bring the schemas along; the type holds the number to it.
export const limits: Pick<typeof shared, 'messageBodyCharacters'> = { messageBodyCharacters: 10_000 };
