import { once } from 'node:events';
import { createServer } from 'node:http';

/** Somebody else's page, on an origin of its own. */
export interface Site {
  url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** One page for every path. */
export async function serveSite(body: string, headers: Record<string, string> = {}): Promise<Site> {
  const page = `<!doctype html><html lang="en"><head><title>Another site</title></head><body>${body}</body></html>`;
  const server = createServer((request, response) => {
    if (request.url === '/favicon.ico') return void response.writeHead(204).end();
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(page);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
