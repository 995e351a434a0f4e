import type { IncomingHttpHeaders } from 'node:http';

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

/** Whether a request was made on this machine, and not by a proxy on this machine for someone elsewhere. */
export function isDirectLoopback(visitor: {
  readonly headers: IncomingHttpHeaders;
  readonly raw: { readonly socket: { readonly remoteAddress?: string | undefined } };
}): boolean {
  const address = visitor.raw.socket.remoteAddress ?? '';
  const loopback = address === '::1' || /^(?:::ffff:)?127\./.test(address);
  return loopback && FORWARDED.every((header) => visitor.headers[header] === undefined);
}
