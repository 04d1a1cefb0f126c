import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DisconnectedContext, UnsubscribedContext } from 'centrifuge';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { disconnects, Refuse } from './codes.ts';
import { next, record, type Started, startServer } from './testing.ts';
import { acceptClaims, createTokenVerifier, TokenExpired, TokenInvalid } from './tokens.ts';

const secret = 'secret';
const sign = (claims: JWTPayload, key = secret) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(key));

/** In seconds, by the test's clock. */
const now = 1_000;

async function start(): Promise<Started> {
  const live: Started = await startServer({
    pingSeconds: 0,
    tokens: createTokenVerifier({ secret, now: () => live.clock.now() }),
    onConnect: async ({ claims }) => {
      if (claims === undefined) throw new Refuse(disconnects.invalidToken.code, disconnects.invalidToken.reason);
      return acceptClaims(claims, { data: claims.payload });
    },
  });
  return live;
}

test('a token says who it is, what others may know, and its channels', async () => {
  const live = await start();
  const token = await sign({
    sub: 'ann',
    channels: ['news'],
    info: { name: 'Ann' },
    subs: { 'team:1': { data: 'hi', override: { presence: { value: true } } } },
  });
  const one = live.client({ token });
  const subscribed = record<{ channel: string; data: unknown }>(one, 'subscribed');
  one.connect();
  await subscribed.until(2);
  expect(subscribed.seen).toMatchObject([{ channel: 'news' }, { channel: 'team:1', data: 'hi' }]);
  expect(live.server.api.presence('team:1')).toMatchObject([{ user: 'ann', connInfo: '{"name":"Ann"}' }]);
});

test.each([
  ['signed by another', () => sign({ sub: 'ann' }, 'another')],
  ['rubbish', async () => 'rubbish'],
  ['unsigned', async () => `${btoa('{"alg":"none"}')}.${btoa('{"sub":"ann"}')}.`],
  ['for a subscription', () => sign({ sub: 'ann', channel: 'room' })],
  ['of a user that is no string', () => sign({ sub: 42 as unknown as string })],
  ['not yet good', () => sign({ sub: 'ann', nbf: now + 60 })],
])('a token that is %s ends it for good: 3500', async (_name, token) => {
  const live = await start();
  const one = live.client({ token: await token() });
  const disconnected = next<DisconnectedContext>(one, 'disconnected');
  one.connect();
  expect(await disconnected).toMatchObject({ code: 3500 });
});

test('an expired token makes the client fetch another', async () => {
  const live = await start();
  const tokens = [await sign({ sub: 'ann', exp: now - 5 }), await sign({ sub: 'ann', exp: now + 60 })];
  const one = live.client({ getToken: async () => tokens.shift() ?? '' });
  one.connect();
  await next(one, 'connected');
  expect(tokens).toEqual([]);
});

test('the client refreshes by itself; another user’s token ends it', async () => {
  const live = await start();
  const tokens = [await sign({ sub: 'ann', exp: now + 1 }), await sign({ sub: 'eve', exp: now + 60 })];
  const one = live.client({ getToken: async () => tokens.shift() ?? '' });
  const disconnected = next<DisconnectedContext>(one, 'disconnected');
  one.connect();
  expect(await disconnected).toMatchObject({ code: 3500 });
  expect(tokens).toEqual([]);
});

test('a subscription token opens its own channel to its own user', async () => {
  const live = await start();
  const one = live.client({ token: await sign({ sub: 'ann' }) });
  one.connect();
  const good = one.newSubscription('private', { token: await sign({ sub: 'ann', channel: 'private' }) });
  good.subscribe();
  await good.ready();
  const bad = {
    other: { sub: 'ann', channel: 'private' },
    stolen: { sub: 'bob', channel: 'stolen' },
    vague: { sub: 'ann' },
  };
  for (const [channel, claims] of Object.entries(bad)) {
    const subscription = one.newSubscription(channel, { token: await sign(claims) });
    const unsubscribed = next<UnsubscribedContext>(subscription, 'unsubscribed');
    subscription.subscribe();
    expect(await unsubscribed).toMatchObject({ code: 103 });
  }
  const tokens = [
    await sign({ sub: 'ann', channel: 'late', exp: now - 5 }),
    await sign({ sub: 'ann', channel: 'late', exp: now + 60 }),
  ];
  const late = one.newSubscription('late', { getToken: async () => tokens.shift() ?? '', minResubscribeDelay: 1 });
  late.subscribe();
  await late.ready();
  expect(tokens).toEqual([]);
});

test.each(['RS256', 'ES256'])('%s by published keys; the public key is no secret', async (algorithm) => {
  const { publicKey, privateKey } = await generateKeyPair(algorithm);
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: algorithm };
  const keys = createServer((_request, response) => response.end(JSON.stringify({ keys: [jwk] })));
  await new Promise<void>((listening) => keys.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void keys.close());
  const url = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/jwks`;
  const token = await new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: algorithm, kid: 'k1' }).sign(privateKey);
  const verifiers = [createTokenVerifier({ jwksUrl: url }), createTokenVerifier({ jwks: { keys: [jwk] } })];
  for (const verifier of verifiers) {
    expect(await verifier.connection(token)).toMatchObject({ user: 'ann' });
    const forged = await new SignJWT({ sub: 'eve' })
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(Buffer.from(JSON.stringify(jwk)));
    await expect(verifier.connection(forged)).rejects.toThrow(TokenInvalid);
  }
  await expect(createTokenVerifier({ secret }).connection(token)).rejects.toThrow(TokenInvalid);
});

test('audience, issuer and expire_at count', async () => {
  const verifier = createTokenVerifier({ secret, audience: 'chat', issuer: 'us', now: () => now * 1_000 });
  await expect(verifier.connection(await sign({ aud: 'shop', iss: 'us' }))).rejects.toThrow(TokenInvalid);
  await expect(verifier.connection(await sign({ aud: 'chat', iss: 'them' }))).rejects.toThrow(TokenInvalid);
  await expect(verifier.connection(await sign({ aud: 'chat', iss: 'us', exp: 1 }))).rejects.toThrow(TokenExpired);
  const claims = await verifier.connection(await sign({ aud: 'chat', iss: 'us', exp: now + 60, expire_at: 0 }));
  expect(claims.expiresAt).toBeUndefined();
  expect(() => createTokenVerifier({})).toThrow(TypeError);
});

const part = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
function signed(header: unknown, claims: unknown, hash = 'sha256'): string {
  const content = `${part(header)}.${part(claims)}`;
  return `${content}.${createHmac(hash, secret).update(content).digest('base64url')}`;
}

test.each([
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
])('%s with the secret is good, and nothing else under its signature', async (alg, hash) => {
  const verifier = createTokenVerifier({ secret });
  const token = signed({ alg }, { sub: 'ann' }, hash);
  expect(await verifier.connection(token)).toMatchObject({ user: 'ann', payload: { sub: 'ann' } });
  const [header, body, signature = ''] = token.split('.');
  const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  const forged = [
    `${header}.${part({ sub: 'eve' })}.${signature}`,
    `${header}.${body}.${flipped}`,
    `${header}.${body}.${signature.slice(0, -2)}`,
    `${header}.${body}.`,
    `${header}.${body}.${signature}.${signature}`,
    ` ${token}`,
    `${part({ alg: 'none' })}.${body}.${signature}`,
    `${part({ alg: 'RS256' })}.${body}.${signature}`,
  ];
  for (const one of forged) await expect(verifier.connection(one)).rejects.toThrow(TokenInvalid);
});

test.each<[string, unknown, unknown]>([
  ['an extension that must be understood', { alg: 'HS256', crit: ['x'], x: 1 }, { sub: 'ann' }],
  ['a payload that is not encoded', { alg: 'HS256', crit: ['b64'], b64: false }, { sub: 'ann' }],
  ['another hash than it names', { alg: 'HS512' }, { sub: 'ann' }],
  ['no algorithm', {}, { sub: 'ann' }],
  ['claims that are a list', { alg: 'HS256' }, []],
  ['claims that are no JSON', { alg: 'HS256' }, 'ann'],
  ['an end that is text', { alg: 'HS256' }, { exp: '99999999999' }],
  ['a beginning that is text', { alg: 'HS256' }, { nbf: '1' }],
  ['an age that is text', { alg: 'HS256' }, { iat: '1' }],
])('a token with %s is invalid', async (_name, header, claims) => {
  await expect(createTokenVerifier({ secret }).connection(signed(header, claims))).rejects.toThrow(TokenInvalid);
});

test('a token is good until the second it ends, from the second it begins; one audience of several is enough', async () => {
  const verifier = createTokenVerifier({ secret, audience: 'chat', now: () => now * 1_000 + 999 });
  const token = (claims: JWTPayload) =>
    verifier.connection(signed({ alg: 'HS256' }, { aud: ['shop', 'chat'], ...claims }));
  expect(await token({ exp: now + 1, nbf: now })).toMatchObject({ expiresAt: (now + 1) * 1_000 });
  await expect(token({ exp: now })).rejects.toThrow(TokenExpired);
  await expect(token({ nbf: now + 1 })).rejects.toThrow(TokenInvalid);
  await expect(token({ aud: ['shop'] })).rejects.toThrow(TokenInvalid);
  await expect(token({ aud: undefined })).rejects.toThrow(TokenInvalid);
});

test('where keys are published too, a token with the secret is still judged by the secret alone', async () => {
  const { publicKey } = await generateKeyPair('ES256');
  const verifier = createTokenVerifier({ secret, jwks: { keys: [await exportJWK(publicKey)] } });
  expect(await verifier.connection(signed({ alg: 'HS256' }, { sub: 'ann' }))).toMatchObject({ user: 'ann' });
  const forged = signed({ alg: 'ES256' }, { sub: 'eve' });
  await expect(verifier.connection(forged)).rejects.toThrow(TokenInvalid);
});

test('when the published keys cannot be had the client comes back; a key that is new is fetched', async () => {
  const [old, fresh] = [await keyPair('old'), await keyPair('fresh')];
  let answer = { status: 502, body: 'no' };
  const keys = createServer((_request, response) => response.writeHead(answer.status).end(answer.body));
  keys.listen(0, '127.0.0.1');
  await new Promise((resolve) => keys.once('listening', resolve));
  onTestFinished(() => void keys.close());
  const jwksUrl = `http://127.0.0.1:${(keys.address() as AddressInfo).port}`;
  const live: Started = await startServer({
    tokens: createTokenVerifier({ jwksUrl }),
    onConnect: async ({ claims }) => ({ user: claims?.user ?? '', channels: [], state: { data: null } }),
  });
  for (const unreadable of ['no', '{}', '<html></html>']) {
    answer = { status: unreadable === 'no' ? 502 : 200, body: unreadable };
    const lost = await live.raw();
    lost.send({ id: 1, connect: { token: await old.token('ann') } });
    expect(await lost.closed).toMatchObject({ code: 3004 });
  }
  expect(live.errors).toHaveLength(3);
  answer = { status: 200, body: JSON.stringify({ keys: [old.jwk] }) };
  await (await live.raw()).connect({ token: await old.token('ann') });
  // Within the same second the keys are not fetched again: nothing is known of this one.
  answer = { status: 200, body: JSON.stringify({ keys: [old.jwk, fresh.jwk] }) };
  const early = await live.raw();
  early.send({ id: 1, connect: { token: await fresh.token('bob') } });
  expect(await early.closed).toMatchObject({ code: 3004 });
  const one = live.client({ token: await fresh.token('bob') });
  one.connect();
  await next(one, 'connected');
});

async function keyPair(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256' },
    token: (sub: string) => new SignJWT({ sub }).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey),
  };
}

test('an empty secret would let anybody sign', () => {
  expect(() => createTokenVerifier({ secret: '' })).toThrow('secret of the tokens is empty');
});

test('a subscription token for one client opens nothing to another of the same user', async () => {
  const live: Started = await startServer({
    channels: [],
    tokens: createTokenVerifier({ secret }),
    onConnect: async () => ({ user: 'ann', channels: [], state: { data: null } }),
  });
  const client = await live.raw();
  await client.connect();
  const [connection] = live.server.connections();
  const token = (of: string) => sign({ sub: 'ann', channel: 'room', client: of });
  client.send({ id: 2, subscribe: { channel: 'room', token: await token('another') } });
  await client.until(2);
  client.send({ id: 3, subscribe: { channel: 'room', token: await token(connection?.id ?? '') } });
  await client.until(3);
  expect(client.messages.slice(1)).toMatchObject([{ error: { code: 103 } }, { subscribe: {} }]);
});
