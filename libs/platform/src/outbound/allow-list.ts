import ipaddr from 'ipaddr.js';
import { ConfigurationError } from '../config/environment.js';

type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** Hosts and addresses that may be called though they are not public. */
export interface AllowList {
  /** Names, in lower case. */
  readonly hosts: ReadonlySet<string>;
  /** What names end with, as in `.internal.example`. */
  readonly endings: readonly string[];
  readonly ranges: readonly Range[];
}

const HOST = /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/;

/**
 * Names, `*.` names, addresses and ranges, with commas between them: `hooks.internal,*.corp.example,10.1.0.0/16`.
 *
 * @param setting Whose text it is.
 * @throws ConfigurationError
 */
export function parseAllowList(setting: string, text: string): AllowList {
  const hosts = new Set<string>();
  const endings: string[] = [];
  const ranges: Range[] = [];
  for (const entry of text.split(',').map((part) => part.trim().toLowerCase())) {
    if (entry === '') continue;
    const range = toRange(entry);
    if (range !== undefined) ranges.push(range);
    else if (!HOST.test(entry)) {
      throw new ConfigurationError(
        `${setting} has '${entry}', which is neither a host nor an address nor a range such as 10.1.0.0/16.`,
      );
    } else if (entry.startsWith('*.')) endings.push(entry.slice(1));
    else hosts.add(entry);
  }
  return { hosts, endings, ranges };
}

function toRange(entry: string): Range | undefined {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  if (ipaddr.IPv4.isValidFourPartDecimal(entry)) return ipaddr.parseCIDR(`${entry}/32`);
  return ipaddr.IPv6.isValid(entry) ? ipaddr.parseCIDR(`${entry}/128`) : undefined;
}

export function namesHost({ hosts, endings }: AllowList, host: string): boolean {
  return hosts.has(host) || endings.some((ending) => host.endsWith(ending));
}

/** An IPv4 address in the clothes of IPv6 is in no range of IPv4. */
export function namesAddress({ ranges }: AllowList, address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  return ranges.some(([base, bits]) => base.kind() === parsed.kind() && parsed.match(base, bits));
}
