import { isIP } from 'node:net';
import { GatewayError } from '../errors/gateway-error.js';
import { namesAddress, namesHost } from './allow-list.js';
import { classifyAddress } from './classify-address.js';
import type { OutboundConfig } from './outbound.config.js';

const MAX_LENGTH = 2048;

/** Decides which addresses out of requests are called: what the text says first, and what its name leads to when it is called. */
export class OutboundRules {
  constructor(private readonly config: OutboundConfig) {}

  /**
   * Reads an address once, as it will be called; an IP address may be spelled in any way that URLs know.
   *
   * @param text As the caller wrote it.
   * @throws GatewayError `address_refused`
   */
  checkUrl(text: string): URL {
    if (!isReadable(text)) throw refused('it is no URL that can be called');
    const url = new URL(text);
    url.hash = '';
    const { protocol, username, password } = url;
    if (protocol !== 'https:' && !(protocol === 'http:' && this.config.plainHttp)) throw refused('it must use https');
    if (username !== '' || password !== '') throw refused('it must not hold a user name or a password');
    this.checkPort(url);
    const host = hostOf(url);
    if (isIP(host) !== 0) this.checkAddress(url, host);
    else if (!this.mayPass(host)) throw refused(NOT_NAMED);
    return url;
  }

  /**
   * @param address What the URL's host is, or resolves to.
   * @throws GatewayError `address_refused`
   */
  checkAddress(url: URL, address: string): void {
    const { allow, publicAddresses } = this.config;
    const kind = classifyAddress(address);
    const host = hostOf(url);
    const isNamed = kind !== 'never' && (namesHost(allow, host) || namesAddress(allow, address));
    if (isNamed || (kind === 'public' && publicAddresses && url.protocol === 'https:')) return;
    // The address itself is for the log: what a name of ours leads to is nobody's business.
    const why = kind === 'public' ? NOT_NAMED : NOT_PUBLIC;
    throw new GatewayError('address_refused', `The address is not called: ${why}.`, { details: { host, address } });
  }

  private checkPort({ protocol, port }: URL): void {
    const { ports } = this.config;
    const number = port === '' ? DEFAULT_PORTS[protocol] : Number(port);
    if (ports === 'any' || (number !== undefined && ports.has(number))) return;
    throw refused(`its port must be ${[...ports].join(' or ')}`);
  }

  /** A name may lead to an address of a range that is named. */
  private mayPass(host: string): boolean {
    const { publicAddresses, allow } = this.config;
    return publicAddresses || allow.ranges.length > 0 || namesHost(allow, host);
  }
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };
const NOT_NAMED = 'its host is not among those that the operator lets be called';
const NOT_PUBLIC = 'its host is not a public one';

/** A parser drops line breaks and tabs and turns backslashes, so that others may read another address than this one. */
function isReadable(text: string): boolean {
  return text.length <= MAX_LENGTH && !/[\s\p{Cc}\\]/u.test(text) && URL.canParse(text);
}

/** Without the brackets of IPv6 and the dot that a full name may end with. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function refused(why: string): GatewayError {
  return new GatewayError('address_refused', `The address is not called: ${why}.`);
}
