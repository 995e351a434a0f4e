import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { ResolvedAddress, ResolveHost } from './host-resolver.js';
import { hostOf, type OutboundRules } from './outbound-rules.js';

/**
 * Connects to addresses that the rules let pass. A name is resolved once for a connection, and the connection goes to one
 * of the addresses that were checked then: what the name leads to a moment later does not matter. One address that may
 * not be called spoils the whole name.
 */
export function createGuardedConnector(
  rules: OutboundRules,
  resolve: ResolveHost,
  timeoutMs: number,
): buildConnector.connector {
  return (options, callback) => {
    const url = new URL(`${options.protocol}//${options.host ?? options.hostname}`);
    const host = hostOf(url);
    try {
      // Node asks no resolver about these.
      if (isIP(host) !== 0) rules.checkAddress(url, host);
    } catch (error) {
      callback(error as Error, null);
      return;
    }
    const connect = buildConnector({
      timeout: timeoutMs,
      allowH2: false,
      maxCachedSessions: 0,
      autoSelectFamily: true,
      lookup: createCheckedLookup(url, rules, resolve),
    });
    connect(options, callback);
  };
}

function createCheckedLookup(url: URL, rules: OutboundRules, resolve: ResolveHost): LookupFunction {
  return (host, options, callback) => {
    const find = async (): Promise<ResolvedAddress[]> => {
      const found = await resolve(host);
      for (const { address } of found) rules.checkAddress(url, address);
      return [...found];
    };
    find().then(
      (found) => {
        const [first] = found;
        if (first === undefined) callback(new Error(`${host} has no address`), []);
        else if (options.all === true) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as Error, []),
    );
  };
}
