/** The demo company that the server seeds into an empty database. */
export const demo = {
  login: 'demo',
  password: 'demo-password',
  admin: { email: 'admin@example.com', password: 'demo-password' },
  organizationId: 24,
  channelId: '00000000-0000-4000-8000-000000000024',
} as const;
