/** The token was good, and is too old: the client may fetch another. */
export class TokenExpired extends Error {}

/** The token is none of ours, or not yet or no longer what it claims to be. */
export class TokenInvalid extends Error {}
