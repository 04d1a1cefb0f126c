import type { closeCodes } from '@switchboard/protocol';

// The protocol's own list would bring the schemas along; the type holds these numbers to it.
type Codes = { [K in keyof typeof closeCodes]: (typeof closeCodes)[K]['code'] };
export const badToken: Codes['badToken'] = 4501;
const operatorNotActive: Codes['operatorNotActive'] = 4502;
const loggedOut: Codes['loggedOut'] = 4503;
const signedInElsewhere: Codes['signedInElsewhere'] = 4504;

export const endedBy = new Map<number, 'blocked' | 'loggedOut' | 'elsewhere'>([
  [operatorNotActive, 'blocked'],
  [loggedOut, 'loggedOut'],
  [signedInElsewhere, 'elsewhere'],
]);
