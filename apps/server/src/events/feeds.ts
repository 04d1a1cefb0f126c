/** A feed is an ordered stream of events that connections follow. Its name is the channel of the live endpoint. */
export const feedOf = {
  operator: (operatorId: number): string => `operator:${operatorId}`,
  organization: (organizationId: number): string => `organization:${organizationId}`,
  group: (groupId: number): string => `group:${groupId}`,
  client: (clientId: string): string => `client:${clientId}`,
};

/** "Every operator in scope": those of the session's group where it has one, else of its organization. */
export const scopeFeed = (session: { organization_id: number; group_id: number | null }): string =>
  session.group_id === null ? feedOf.organization(session.organization_id) : feedOf.group(session.group_id);
