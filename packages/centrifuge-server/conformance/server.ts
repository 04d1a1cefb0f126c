// The server that foreign test suites expect, on the port of the first argument: npm run conformance.
import { createServer } from 'node:http';
import {
  acceptClaims,
  type ChannelOptions,
  createCentrifugeServer,
  createHttpApi,
  createMemoryStore,
  createTokenVerifier,
  disconnects,
  Refuse,
} from '../src/index.ts';

const [port = '8000', suite = 'centrifuge-js'] = process.argv.slice(2);
/** As those projects' own CI starts Centrifugo: `client.insecure` for the one, tokens for the other. */
const insecure = suite === 'centrifuge-js';

const namespaces: Record<string, ChannelOptions> = {
  '': insecure
    ? { presence: true, delta: true }
    : { presence: true, delta: true, joinLeave: true, pushJoinLeave: true },
  delta: { delta: true },
  recovery: {},
  smallhistory: {},
};

const live = createCentrifugeServer<null>({
  store: createMemoryStore({
    size: 100,
    bounds: (channel) => (channel.startsWith('smallhistory:') ? { size: 2 } : undefined),
  }),
  version: 'conformance',
  tokens: createTokenVerifier({ secret: 'secret' }),
  channel: (name) => namespaces[name.includes(':') ? name.slice(0, name.indexOf(':')) : ''] ?? null,
  async onConnect({ claims }) {
    const { code, reason } = disconnects.invalidToken;
    if (claims === undefined && !insecure) throw new Refuse(code, reason);
    const accept = claims === undefined ? { user: '', channels: [], state: null } : acceptClaims(claims, null);
    const personal = insecure || accept.user === '' ? [] : [`#${accept.user}`];
    return { ...accept, channels: [...accept.channels, ...personal] };
  },
  ...(insecure && { onSubscribe: async () => true, onPresence: async () => true }),
  onPublish: async ({ channels }, channel) => insecure || channels.has(channel),
  onHistory: async ({ channels }, channel) => insecure || channels.has(channel),
});

const api = createHttpApi(live, { key: 'test-api-key' });
const http = createServer((request, response) => {
  if (!live.handleRequest(request, response) && !api(request, response)) response.writeHead(404).end();
});
http.on('upgrade', live.handleUpgrade);
http.listen(Number(port), () => process.send?.('listening'));
