import type { Answer, Body, EndpointName, Params, Query } from '@switchboard/protocol';
import type { App } from '../parts.ts';
import type { Access } from './access.ts';

/** What a request says, parsed and checked by the endpoint's schemas. */
export interface Call<K extends EndpointName, A> {
  actor: A;
  params: Params<K>;
  query: Query<K>;
  body: Body<K>;
  address: string;
  /** The web page's origin, when a browser says it. */
  origin: string | null;
}

/** An answer with a status other than the endpoint's own. */
export class Reply<T> {
  readonly status: 200 | 201;
  readonly value: T;
  constructor(status: 200 | 201, value: T) {
    this.status = status;
    this.value = value;
  }
}

export interface Route {
  endpoint: EndpointName;
  access: Access<unknown>;
  /** Verbs beside the endpoint's own that mean the same. */
  alsoVerbs: readonly string[];
  act(app: App, call: Call<EndpointName, unknown>): Promise<unknown>;
}

type Outcome<T> = undefined extends T ? void : T | Reply<T>;
type Act<K extends EndpointName, A> = (app: App, call: Call<K, A>) => Promise<Outcome<Answer<K>>>;

/** One row of `routes.ts`: endpoint → who may → action. */
export function route<K extends EndpointName, A>(
  endpoint: K,
  access: Access<A>,
  act: Act<K, A>,
  { alsoVerbs = [] }: { alsoVerbs?: readonly string[] } = {},
): Route {
  // The schemas have made the parts what the types say; a list of routes cannot carry each one's own types.
  return { endpoint, access, alsoVerbs, act: act as unknown as Route['act'] };
}
