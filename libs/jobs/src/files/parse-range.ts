import { GatewayError } from '#platform';

/**
 * The part of `totalBytes` that a Range header asks for; `undefined` = the whole. Several ranges and other units are
 * ignored, as RFC 9110 allows.
 *
 * @throws GatewayError `range_not_satisfiable`
 */
export function parseRange(
  header: string | undefined,
  totalBytes: number,
): { first: number; last: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/i.exec(header?.trim() ?? '') ?? [];
  const range = from === '' ? lastBytes(to, totalBytes) : bytesFrom(from, to, totalBytes);
  if (range === undefined || range.first < totalBytes) return range;
  throw new GatewayError('range_not_satisfiable', `Range '${header}' lies outside the file's ${totalBytes} bytes.`, {
    param: 'Range',
    details: { totalBytes },
  });
}

/** `-500`: so many bytes at the end. */
function lastBytes(count: string, totalBytes: number): { first: number; last: number } | undefined {
  return count === '' ? undefined : { first: Math.max(0, totalBytes - Number(count)), last: totalBytes - 1 };
}

/** `500-999`, or `500-` to the end. */
function bytesFrom(from: string, to: string, totalBytes: number): { first: number; last: number } | undefined {
  const first = Number(from);
  if (to === '') return { first, last: totalBytes - 1 };
  return Number(to) < first ? undefined : { first, last: Math.min(Number(to), totalBytes - 1) };
}
