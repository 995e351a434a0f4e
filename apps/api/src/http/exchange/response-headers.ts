import { rateLimitHeaders } from '../../limits/rate-limit-headers.js';
import type { Exchange } from './exchange.js';

const OPENAI_VERSION = '2020-10-01';
/** What a browser's script may read besides the basics. */
const EXPOSED_HEADERS = [
  'x-request-id',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'openai-processing-ms',
  'openai-version',
  'openai-poll-after-ms',
  'etag',
  'location',
  'preference-applied',
  'sluice-results-complete',
  'sluice-results-cursor',
  'x-ratelimit-limit-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-requests',
  'x-ratelimit-reset-tokens',
].join(', ');

/** The headers of every answer, as the flat list of names and values that node writes fastest. */
export function responseHeaders(exchange: Exchange, draining: boolean): string[] {
  const headers = [
    'x-request-id',
    exchange.requestId,
    'openai-version',
    OPENAI_VERSION,
    'openai-processing-ms',
    String(Math.round(exchange.elapsedMs)),
  ];
  if (exchange.allowedOrigin !== undefined) headers.push(...corsHeaders(exchange.allowedOrigin));
  if (exchange.budget !== undefined) headers.push(...rateLimitHeaders(exchange.budget, performance.now()));
  if (draining) headers.push('connection', 'close');
  return headers;
}

function corsHeaders(allowedOrigin: string): string[] {
  const headers = ['access-control-allow-origin', allowedOrigin, 'access-control-expose-headers', EXPOSED_HEADERS];
  return allowedOrigin === '*' ? headers : [...headers, 'vary', 'Origin'];
}
