import type { IncomingHttpHeaders } from 'node:http';
import type { CreateAttempt } from '#jobs';
import { GatewayError } from '#platform';

const MAX_KEY_CHARACTERS = 255;
/** A string of RFC 9651, as the draft wants it. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/**
 * Whether a create was sent before: by its `Idempotency-Key`, quoted as the draft has it or bare as most clients send it, and
 * by the header in which SDKs count retries.
 *
 * @throws GatewayError `invalid_value` for a key that is empty or too long.
 */
export function readCreateAttempt(headers: IncomingHttpHeaders): CreateAttempt {
  const retryCount = readRetryCount(headers['x-stainless-retry-count']);
  const header = headers['idempotency-key'];
  if (header === undefined) return { retryCount };
  const text = String(header).trim();
  const key = QUOTED.exec(text)?.[1]?.replaceAll(/\\(["\\])/g, '$1') ?? text;
  if (key !== '' && key.length <= MAX_KEY_CHARACTERS) return { key, retryCount };
  throw new GatewayError(
    'invalid_value',
    `Invalid 'Idempotency-Key': expected 1 to ${MAX_KEY_CHARACTERS} characters, e.g. a UUID.`,
    { param: 'Idempotency-Key' },
  );
}

function readRetryCount(header: string | string[] | undefined): number {
  return typeof header === 'string' && /^\d{1,3}$/.test(header) ? Number(header) : 0;
}
