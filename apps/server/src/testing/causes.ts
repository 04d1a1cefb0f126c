import type { Cause } from './causes/acts.ts';
import { clients } from './causes/clients.ts';
import { hands } from './causes/hands.ts';
import { messages } from './causes/messages.ts';
import { operators } from './causes/operators.ts';
import { organization } from './causes/organization.ts';
import { sessions } from './causes/sessions.ts';

/** By the words of the first column of docs/events.md. */
export const causes: Record<string, Cause> = {
  ...hands,
  ...operators,
  ...sessions,
  ...messages,
  ...clients,
  ...organization,
};
