/** The token comes in the connect data, as the vendor's clients send it, or as the protocol's own `token`. */
export function connectToken(request: { data: unknown; token?: string }): {
  application: string;
  token: string;
  /** It came as the protocol's own: then only a connect error makes the client ask for another. */
  isOwn: boolean;
} {
  const { application, settings } = isRecord(request.data) ? request.data : {};
  const inData = isRecord(settings) && typeof settings.token === 'string' ? settings.token : '';
  return {
    application: typeof application === 'string' ? application : 'notifications',
    isOwn: inData === '' && request.token !== undefined,
    token: (inData || request.token || '').replace(/^Bearer\s+/i, ''),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
