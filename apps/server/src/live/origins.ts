import type { IncomingMessage } from 'node:http';
import type { Actor } from '../actor.ts';

/** Which pages a channel serves: by its id; an empty list serves every page. */
export type PagesOfChannels = ReadonlyMap<string, readonly string[]>;

interface OriginOptions {
  /** The address people reach this server by, if one was set. */
  publicUrl: string;
  /** Comma-separated origins whose pages may connect as anybody; `*` for all. */
  allowed: string;
  trustProxy: boolean;
  clock: { now(): number };
  pagesOfChannels(): Promise<PagesOfChannels>;
}

type Headers = IncomingMessage['headers'];

const keptMs = 10_000;

/**
 * From which pages one may connect: those of this server and those the settings name, as anybody; a client also from the
 * pages of its channel, the rule by which the widget opens. Programs send no `Origin`, and could send any.
 */
export function createOrigins({ publicUrl, allowed, trustProxy, clock, pagesOfChannels }: OriginOptions) {
  const named = new Set(allowed.split(',').map((origin) => origin.trim().replace(/\/$/, '').toLowerCase()));
  const publicHost = hostOf(publicUrl);
  let known: { at: number; pages: PagesOfChannels } | null = null;
  let asking: Promise<PagesOfChannels> | null = null;

  function isTrusted({ origin, host, ...headers }: Headers): boolean {
    if (origin === undefined || named.has('*') || named.has(origin.toLowerCase())) return true;
    const page = hostOf(origin);
    const forwarded = trustProxy ? String(headers['x-forwarded-host'] ?? '').split(',')[0] : '';
    return page !== '' && [host, forwarded?.trim(), publicHost].some((own) => own?.toLowerCase() === page);
  }

  async function ask(): Promise<PagesOfChannels> {
    asking ??= pagesOfChannels().finally(() => {
      asking = null;
    });
    const pages = await asking;
    known = { at: clock.now(), pages };
    return pages;
  }

  /** A yes may be ten seconds old; a no never is, so a channel's new page comes in at once. */
  async function holds(rule: (pages: PagesOfChannels) => boolean): Promise<boolean> {
    if (known !== null && Math.abs(clock.now() - known.at) < keptMs && rule(known.pages)) return true;
    return rule(await ask());
  }

  return {
    /** Before it is known who it is: a page that nobody could connect from is not let in at all. */
    mayOpen({ headers }: IncomingMessage): boolean | Promise<boolean> {
      const { origin } = headers;
      if (isTrusted(headers) || origin === undefined) return true;
      return holds((pages) => [...pages.values()].some((list) => serves(list, origin)));
    },
    async mayConnect(actor: Actor, headers: Headers): Promise<boolean> {
      const { origin } = headers;
      if (isTrusted(headers) || origin === undefined) return true;
      if (actor.kind !== 'client') return false;
      // A channel that is gone is no page's; what its clients may still read is not for the origin to say.
      return holds((pages) => serves(pages.get(actor.channelId) ?? [], origin));
    },
  };
}

export type Origins = ReturnType<typeof createOrigins>;

const serves = (list: readonly string[], origin: string): boolean => list.length === 0 || list.includes(origin);

/** With the port where it is not the scheme's own, as browsers write `Host`. Nothing for `null` and what is no address. */
function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : '';
}
