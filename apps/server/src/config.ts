import { parseArgs } from 'node:util';

/** Every setting in one table: it makes the parser, `--help` and docs/operating.md. */
export const settings = {
  port: { type: 'integer', default: 8080, most: 65535, help: 'Port to listen on; 0 takes any free one and prints it.' },
  host: { type: 'string', default: '127.0.0.1', filled: true, help: 'Address to listen on; 0.0.0.0 for all.' },
  data: { type: 'string', default: 'data', filled: true, help: 'Data folder: database and secrets. Back this up.' },
  'database-url': {
    type: 'string',
    default: '',
    environment: 'DATABASE_URL',
    help: 'postgres://… to keep the data in PostgreSQL; empty: SQLite in the data folder.',
    secret: true,
  },
  'public-url': {
    type: 'string',
    default: '',
    help: 'The address people reach this server by; empty: http://localhost:port.',
  },
  demo: {
    type: 'boolean',
    default: true,
    help: 'Seed the demo company into an empty database (--no-demo: start empty).',
  },
  production: { type: 'boolean', default: false, help: 'Refuse the demo company and its password.' },
  'log-level': {
    type: 'string',
    default: 'info',
    oneOf: ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
    help: 'fatal, error, warn, info, debug or silent.',
  },
  'rate-limit': {
    type: 'integer',
    default: 100,
    help: 'Requests per second and token (or address, without a token); 0 = off.',
  },
  'sign-in-limit': { type: 'integer', default: 10, help: 'Wrong sign-ins per login and per 15 minutes.' },
  'sign-in-limit-address': { type: 'integer', default: 50, help: 'Wrong sign-ins per address and per 15 minutes.' },
  'trust-proxy': {
    type: 'integer',
    default: 0,
    help: 'How many proxies of your own stand before it: the address is the one that the outermost saw; 0 = none.',
  },
  'live-origins': {
    type: 'string',
    default: '',
    help: 'Origins whose pages may connect live as operators, besides this server: https://crm.example, comma-separated; * for all.',
  },
  'live-per-address': {
    type: 'integer',
    default: 2000,
    help: 'Live connections per address (429 above it); 0 = no limit.',
  },
  'live-per-token': {
    type: 'integer',
    default: 100,
    help: 'Live connections per sign-in or client (closed with 3013 above it); 0 = no limit.',
  },
  'presence-grace': {
    type: 'integer',
    default: 30,
    help: 'Seconds an operator stays online after the last connection broke.',
  },
  'client-grace': {
    type: 'integer',
    default: 10,
    help: 'Seconds a client stays online after the last connection broke.',
  },
  'event-hours': { type: 'integer', default: 48, help: 'Hours for which a returning connection can catch up.' },
  'check-answers': {
    type: 'boolean',
    default: false,
    help: 'Check every answer against its schema (tests and development).',
  },
} as const satisfies Record<string, Setting>;

interface Setting {
  type: 'integer' | 'string' | 'boolean';
  default: number | string | boolean;
  help: string;
  most?: number;
  oneOf?: readonly string[];
  /** Nothing is no value. */
  filled?: true;
  environment?: string;
  secret?: true;
}
type Settings = typeof settings;
type Value<S extends Setting> = S['type'] extends 'integer' ? number : S['type'] extends 'boolean' ? boolean : string;
export type Config = { readonly [K in keyof Settings]: Value<Settings[K]> };

/** A setting that cannot be used; the message says what to mend. */
export class BadSetting extends Error {}

const names = Object.keys(settings) as (keyof Settings)[];
export const environmentName = (name: string): string =>
  (settings[name as keyof Settings] as Setting).environment ?? `SWITCHBOARD_${name.replaceAll('-', '_').toUpperCase()}`;

/** Options win over variables, variables over defaults. */
export function readConfig(args: string[], environment: NodeJS.ProcessEnv): Config {
  const options = parseOptions(args);
  const config: Record<string, unknown> = {};
  for (const name of names) {
    const setting: Setting = settings[name];
    const variable = environmentName(name);
    const given = options[name] ?? environment[variable];
    const said = options[name] === undefined ? variable : `--${name}`;
    config[name] = given === undefined ? setting.default : convert(setting, said, given);
  }
  return config as Config;
}

function parseOptions(args: string[]): Record<string, string | boolean | undefined> {
  const options = Object.fromEntries(
    names.map((name) => [
      name,
      { type: settings[name].type === 'boolean' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  try {
    return parseArgs({ args, options, allowNegative: true }).values as Record<string, string | boolean | undefined>;
  } catch (error) {
    throw new BadSetting(`${(error as Error).message.split('\n')[0]} See --help.`);
  }
}

function convert(setting: Setting, said: string, given: string | boolean): number | string | boolean {
  const refuse = (must: string) => new BadSetting(`${said} must be ${must}, not ${JSON.stringify(given)}.`);
  if (setting.type === 'integer') {
    if (typeof given !== 'string' || !/^\d{1,9}$/.test(given)) throw refuse('a whole number');
    if (Number(given) > (setting.most ?? Number.MAX_SAFE_INTEGER)) throw refuse(`at most ${setting.most}`);
    return Number(given);
  }
  if (setting.type === 'string') {
    const { oneOf, filled } = setting;
    if (oneOf && !oneOf.includes(String(given))) throw refuse(`one of ${oneOf.join(', ')}`);
    if (filled && String(given).trim() === '') throw new BadSetting(`${said} must not be empty.`);
    return String(given);
  }
  if (typeof given === 'boolean') return given;
  if (/^(1|true|yes|on)$/i.test(given)) return true;
  if (/^(0|false|no|off)$/i.test(given)) return false;
  throw refuse('true or false');
}

export function helpText(): string {
  const rows = names.map((name) => {
    const setting: Setting = settings[name];
    const option =
      setting.type === 'boolean' ? `--[no-]${name}` : `--${name} ${setting.type === 'integer' ? 'N' : 'TEXT'}`;
    return `  ${option.padEnd(28)} ${environmentName(name).padEnd(34)} ${setting.help} [${setting.default}]`;
  });
  return ['npm start -- [options]', '', ...rows].join('\n');
}
