import ipaddr from 'ipaddr.js';

/**
 * What an address is to somebody outside. `never`: where no caller's request may end up whatever an operator has allowed,
 * such as the addresses at which clouds give out credentials.
 */
export type AddressClass = 'public' | 'private' | 'never';

/** Metadata services beside 169.254.169.254: of AWS over IPv6, Azure, Alibaba Cloud and Oracle Cloud. */
const METADATA = new Set(['fd00:ec2::254', '168.63.129.16', '100.100.100.200', '192.0.0.192']);
const NEVER_RANGES = new Set(['unspecified', 'linkLocal', 'multicast', 'broadcast']);
/** All of IPv6 that is given out for the internet; what carries an IPv4 address inside lies elsewhere, or has a range of its own. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/** @param address As a resolver gives it. What is no address at all is `never`. */
export function classifyAddress(address: string): AddressClass {
  if (!ipaddr.isValid(address)) return 'never';
  const parsed = ipaddr.parse(address);
  const range: string = parsed.range();
  if (NEVER_RANGES.has(range) || METADATA.has(parsed.toString())) return 'never';
  if (range !== 'unicast') return 'private';
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST) ? 'public' : 'private';
}
