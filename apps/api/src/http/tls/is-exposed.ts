/**
 * Whether keys may travel in clear over a network: the port is reachable from outside, does not encrypt, and nobody has
 * said that a proxy is in front, which would.
 */
export function isExposed(config: {
  readonly host: string;
  readonly http: { readonly tls?: object | undefined; readonly trustedProxies: readonly string[] };
}): boolean {
  const isLocal = config.host === 'localhost' || config.host === '::1' || config.host.startsWith('127.');
  return !isLocal && config.http.tls === undefined && config.http.trustedProxies.length === 0;
}
