import type { IncomingHttpHeaders } from 'node:http';
import { GatewayError } from '#platform';
import type { Caller } from './caller.js';
import type { KeyRing } from './key-ring.js';
import { readApiKey } from './read-api-key.js';
import { redactKey } from './redact-key.js';

const MISSING_KEY =
  "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth " +
  '(i.e. Authorization: Bearer YOUR_KEY).';

/** Whose key a request carries; `undefined` where it carries none that is valid. */
export function identify(ring: KeyRing, headers: IncomingHttpHeaders): Caller | undefined {
  const key = readApiKey(headers);
  return key === undefined ? undefined : ring.find(key);
}

/** @throws GatewayError `missing_api_key` or `invalid_api_key`. */
export function authenticate(ring: KeyRing, headers: IncomingHttpHeaders): Caller {
  const key = readApiKey(headers);
  if (key === undefined) throw new GatewayError('missing_api_key', MISSING_KEY);
  const caller = ring.find(key);
  if (caller === undefined) {
    throw new GatewayError(
      'invalid_api_key',
      `Incorrect API key provided: ${redactKey(key)}. Check the key, or ask your operator for one.`,
    );
  }
  return caller;
}
