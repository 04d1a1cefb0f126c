import { existsSync } from 'node:fs';
import { join } from 'node:path';
import staticFiles from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const root = join(import.meta.dirname, '../../../..');
const pages = [
  { prefix: '/panel/', folder: 'apps/panel/dist', policy: 'panel' },
  { prefix: '/chat-widget/', folder: 'apps/widget/dist', policy: 'script' },
  { prefix: '/operator-chat-panel/', folder: 'packages/embed/dist', policy: 'script' },
] as const;

const policies = {
  // Pages of other people frame it; the token reaches it by postMessage only.
  panel:
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self'",
  script: "default-src 'none'",
  demo: "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:; frame-src 'self'; base-uri 'none'",
};
type Policy = keyof typeof policies;

const yearSeconds = 31_536_000;

/** Panel, widget, scripts; and the demo pages where the demo is on. */
export async function servePages(server: FastifyInstance, { demo }: { demo: boolean }): Promise<void> {
  const shown: { prefix: string; folder: string; policy: Policy }[] = [...pages];
  if (demo) shown.push({ prefix: '/demo/', folder: 'apps/server/demo', policy: 'demo' });
  let decorate = true;
  for (const { prefix, folder, policy } of shown) {
    const path = join(root, folder);
    if (!existsSync(path)) continue;
    await server.register(staticFiles, {
      root: path,
      prefix,
      decorateReply: decorate,
      extensions: ['html'],
      cacheControl: false,
      // tools/build.mjs lays a .gz and a .br beside every text.
      preCompressed: true,
      setHeaders(reply, file) {
        reply.header('Content-Security-Policy', policies[policy]);
        reply.header('X-Content-Type-Options', 'nosniff');
        reply.header('Referrer-Policy', 'same-origin');
        // Pages of other origins load the two scripts.
        if (policy === 'script') reply.header('Access-Control-Allow-Origin', '*');
        if (policy === 'script') reply.header('Cross-Origin-Resource-Policy', 'cross-origin');
        // Vite puts a digest into the names under assets/.
        const named = policy !== 'demo' && file.includes('/assets/');
        reply.header('Cache-Control', named ? `public, max-age=${yearSeconds}, immutable` : 'no-cache');
      },
    });
    decorate = false;
  }
  server.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect(demo ? '/demo/shop' : '/panel/'));
  // Browsers ask for it on every page that names none.
  server.get('/favicon.ico', { schema: { hide: true } }, (_request, reply) => reply.redirect('/panel/icon.svg'));
  server.get('/panel', { schema: { hide: true } }, (_request, reply) => reply.redirect('/panel/'));
}
