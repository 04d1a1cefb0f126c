import type { Static, TSchema } from 'typebox';
import { administrationEndpoints } from './endpoints/administration.ts';
import { companyEndpoints } from './endpoints/company.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { operatorEndpoints } from './endpoints/operators.ts';
import { sessionEndpoints } from './endpoints/sessions.ts';
import { widgetEndpoints } from './endpoints/widget.ts';
import { type EndpointName, paths } from './paths.ts';

export type { Endpoint } from './endpoints/endpoint.ts';

/** Every endpoint's schemas, by face and noun. */
export const endpoints = {
  ...companyEndpoints,
  ...operatorEndpoints,
  ...administrationEndpoints,
  ...sessionEndpoints,
  ...widgetEndpoints,
} as const satisfies Record<EndpointName, Endpoint>;

type Endpoints = typeof endpoints;
type Part<K extends EndpointName, P extends string, Missing> =
  Endpoints[K] extends Record<P, infer S extends TSchema> ? Static<S> : Missing;
export type Params<K extends EndpointName> = Part<K, 'params', Record<string, never>>;
export type Query<K extends EndpointName> = Part<K, 'query', Record<string, never>>;
export type Body<K extends EndpointName> = Part<K, 'body', undefined>;
export type Answer<K extends EndpointName> = Part<K, 'response', undefined>;

export const endpointNames = Object.keys(paths) as EndpointName[];
