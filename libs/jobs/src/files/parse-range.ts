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
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null) return undefined;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, totalBytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? totalBytes - 1 : Math.min(Number(to), totalBytes - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  if (first >= totalBytes || (from === '' && to === '0')) {
    throw new GatewayError('range_not_satisfiable', `Range '${header}' lies outside the file's ${totalBytes} bytes.`, {
      param: 'Range',
    });
  }
  return { first, last };
}
