import { lookup, Resolver } from 'node:dns/promises';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name. */
export type ResolveHost = (host: string) => Promise<readonly ResolvedAddress[]>;

export interface HostResolverOptions {
  /** Whether an operator has named the host, who may know it from a hosts file or by a short name. */
  readonly isNamed: (host: string) => boolean;
  /** Name servers; the system's where absent. */
  readonly servers?: readonly string[];
  /** Milliseconds for one question to one server, the first time; two seconds where absent. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 2000;
const TRIES = 2;

/**
 * Asks name servers over the network for names that callers have chosen. The system's own way, which all other connections
 * of the process go, takes one of four threads for each name: a few names whose servers never answer would stop it.
 */
export function createHostResolver({ isNamed, servers, timeoutMs = TIMEOUT_MS }: HostResolverOptions): ResolveHost {
  return async (host) => {
    if (isNamed(host)) return await lookup(host, { all: true, verbatim: true });
    const resolver = new Resolver({ timeout: timeoutMs, tries: TRIES });
    if (servers !== undefined) resolver.setServers(servers);
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    if (four.status === 'rejected' && six.status === 'rejected') throw toLookupError(four.reason);
    return [...addressesOf(four, 4), ...addressesOf(six, 6)];
  };
}

function addressesOf(result: PromiseSettledResult<string[]>, family: number): ResolvedAddress[] {
  return result.status === 'fulfilled' ? result.value.map((address) => ({ address, family })) : [];
}

const UNKNOWN = new Set<unknown>(['ENOTFOUND', 'ENODATA']);

/** A name server that refuses is not a receiver that refuses. */
function toLookupError(cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause && UNKNOWN.has(cause.code) ? 'ENOTFOUND' : 'EAI_AGAIN';
  return Object.assign(new Error('the host has no address', { cause }), { code });
}
