import { createHmac } from 'node:crypto';
import { feedOf, secret } from './engine-protocol.ts';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const anHour = 3600;

/** A token with HS256, as a company's own server makes them: somebody with a feed, and perhaps more channels. */
export function tokenOf(number: number, channels: string[]): string {
  const exp = Math.floor(Date.now() / 1000) + anHour;
  const claims = { sub: String(number), exp, channels: [feedOf(number), ...channels] };
  const content = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}
