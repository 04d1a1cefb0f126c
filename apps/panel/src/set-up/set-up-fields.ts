export type SetUpField = 'company' | 'organization' | 'login' | 'name' | 'email' | 'password';

interface Field {
  field: SetUpField;
  type: 'text' | 'email' | 'password';
  autoComplete: string;
  pattern?: string;
  minLength?: number;
}

/** What the first administrator is asked, in order. Limits as in the contract. */
export const setUpFields: Field[] = [
  { field: 'company', type: 'text', autoComplete: 'organization' },
  { field: 'organization', type: 'text', autoComplete: 'off' },
  { field: 'login', type: 'text', autoComplete: 'off', pattern: '[A-Za-z0-9._@\\-]{3,100}' },
  { field: 'name', type: 'text', autoComplete: 'name' },
  { field: 'email', type: 'email', autoComplete: 'username' },
  { field: 'password', type: 'password', autoComplete: 'new-password', minLength: 10 },
];
