import { describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import { errorHeaders } from './error-headers.js';

function headersOf(error: GatewayError): Record<string, string> {
  const flat = errorHeaders(error);
  return Object.fromEntries(flat.flatMap((name, index) => (index % 2 === 0 ? [[name, flat[index + 1] ?? '']] : [])));
}

describe('errorHeaders', () => {
  it('say when to try again, never later than an SDK would obey', () => {
    expect(headersOf(new GatewayError('upstream_throttled', 'x', { retryAfterSeconds: 2.5 }))).toMatchObject({
      'retry-after': '3',
      'retry-after-ms': '2500',
    });
    expect(headersOf(new GatewayError('upstream_unavailable', 'x', { retryAfterSeconds: 900 }))['retry-after']).toBe(
      '60',
    );
    expect(headersOf(new GatewayError('storage_unavailable', 'x'))['retry-after']).toBe('1');
  });

  it('leave the pause to the SDK where nobody knows better', () => {
    const headers = headersOf(new GatewayError('upstream_error', 'x'));
    expect(headers['retry-after']).toBeUndefined();
    expect(headers['x-should-retry']).toBeUndefined();
  });

  it('keep SDKs from retrying what cannot get better', () => {
    expect(headersOf(new GatewayError('conflict', 'x'))['x-should-retry']).toBe('false');
    expect(headersOf(new GatewayError('internal_error', 'x'))['x-should-retry']).toBe('false');
    expect(headersOf(new GatewayError('invalid_json', 'x'))['x-should-retry']).toBeUndefined();
  });

  it('say how long a file is of which a part was asked that it does not have', () => {
    const error = new GatewayError('range_not_satisfiable', 'x', { details: { totalBytes: 10 } });
    expect(headersOf(error)['content-range']).toBe('bytes */10');
  });
});
