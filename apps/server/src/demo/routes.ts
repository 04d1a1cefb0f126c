import type { FastifyInstance } from 'fastify';
import { issueOperatorToken } from '../operators/issue-operator-token.ts';
import { findOperatorScope } from '../operators/operator.store.ts';
import type { App } from '../parts.ts';
import { demo } from './seed.ts';

const hourMs = 3600_000;

/** What the demo CRM's own server would do: fetch an operator token with the company's. Only where the demo is on. */
export function serveDemo(server: FastifyInstance, app: App): void {
  server.post('/demo/operator-token', { schema: { hide: true } }, async () => {
    const operator = await findOperatorScope(app.read, demo.operatorId);
    const expiresAt = new Date(app.clock.now() + hourMs).toISOString();
    const actor = { kind: 'company' as const, companyId: operator?.company_id ?? 0 };
    return { token: await issueOperatorToken(app, actor, { id: demo.operatorId, expiresAt }) };
  });
}
