/** Every endpoint's method and path. Without schemas, so that a browser can carry it. */
export const paths = {
  companyToken: ['POST', '/api/company/get-token'],
  organizations: ['GET', '/api/company/organization'],
  companyOperators: ['GET', '/api/operator'],
  synchronizeOperators: ['POST', '/api/operator/synchronize'],
  operatorStatus: ['POST', '/api/operator/status'],
  operatorToken: ['POST', '/api/operator/get-token'],
  validateToken: ['POST', '/api/operator/validate-token'],

  apiKeys: ['GET', '/api/v1/api-keys'],
  createApiKey: ['POST', '/api/v1/api-keys'],
  revokeApiKey: ['DELETE', '/api/v1/api-keys/:id'],

  setUp: ['POST', '/api/v1/setup'],
  login: ['POST', '/api/v1/auth/login'],
  refresh: ['POST', '/api/v1/auth/refresh'],
  logout: ['POST', '/api/v1/auth/logout'],
  me: ['GET', '/api/v1/users/me'],
  timestamp: ['GET', '/api/v1/timestamp'],
  activate: ['PATCH', '/api/v1/users/me/activate'],
  pause: ['PATCH', '/api/v1/users/me/pause'],
  users: ['GET', '/api/v1/users'],

  sessions: ['GET', '/api/v1/sessions'],
  session: ['GET', '/api/v1/sessions/:sessionId'],
  finishSession: ['DELETE', '/api/v1/sessions/:sessionId'],
  takeSession: ['POST', '/api/v1/sessions/:sessionId/take'],
  watchSession: ['POST', '/api/v1/sessions/:sessionId/watch'],
  unwatchSession: ['DELETE', '/api/v1/sessions/:sessionId/watch'],
  sessionRouting: ['GET', '/api/v1/sessions/:sessionId/routing'],
  messages: ['GET', '/api/v1/sessions/:sessionId/messages'],
  sendMessage: ['POST', '/api/v1/sessions/:sessionId/operators/messages'],
  readSession: ['POST', '/api/v1/sessions/:sessionId/read'],
  readMessage: ['PATCH', '/api/v1/messages/:messageId/read'],
  typing: ['POST', '/api/v1/sessions/:sessionId/typing'],

  widgetOpen: ['POST', '/api/v1/widget/open'],
  widgetSend: ['POST', '/api/v1/widget/messages'],
  widgetMessages: ['GET', '/api/v1/widget/messages'],
  widgetRead: ['POST', '/api/v1/widget/read'],
  widgetTyping: ['POST', '/api/v1/widget/typing'],
  widgetFinish: ['POST', '/api/v1/widget/finish'],
} as const satisfies Record<string, readonly ['GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', string]>;
export type EndpointName = keyof typeof paths;

/** The live endpoint, for any Centrifuge client (contract §3). */
export const livePath = '/centrifugo/connection/websocket';
