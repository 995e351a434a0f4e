import { describe, expect, it } from 'vitest';
import { GatewayError } from './gateway-error.js';

describe('GatewayError', () => {
  it('takes status, type, code and retryability from the table', () => {
    const error = new GatewayError('upstream_throttled', 'Busy.');
    expect(error).toMatchObject({ status: 429, type: 'rate_limit_error', code: 'upstream_throttled', retryable: true });
    expect(error.toOpenAi()).toEqual({
      error: { message: 'Busy.', type: 'rate_limit_error', param: null, code: 'upstream_throttled' },
    });
  });

  it("passes a model server's own status and code on, also when the code is null", () => {
    const error = new GatewayError('upstream_rejected', 'Too long.', { status: 413, code: 'too_long', param: 'input' });
    expect([error.status, error.code, error.param]).toEqual([413, 'too_long', 'input']);
    expect(new GatewayError('unsupported_model', 'No.', { code: null }).code).toBeNull();
  });

  it('cuts Retry-After to what the SDKs honour', () => {
    expect(new GatewayError('upstream_unavailable', 'Asleep.', { retryAfterSeconds: 300 }).retryAfterSeconds).toBe(60);
    expect(new GatewayError('upstream_unavailable', 'Asleep.').retryAfterSeconds).toBeUndefined();
  });

  it('keeps cause and details from callers', () => {
    const cause = new Error('account 123456789012');
    const error = new GatewayError('internal_error', 'Broken.', { cause, details: { key: 't/acme/secret' } });
    expect(error.cause).toBe(cause);
    expect(JSON.stringify(error.toOpenAi())).not.toMatch(/123456789012|secret/);
  });

  it('tells its own kind from others, by reason where one is given', () => {
    const error: unknown = new GatewayError('not_found', 'None.');
    expect([GatewayError.is(error), GatewayError.is(error, 'not_found'), GatewayError.is(error, 'conflict')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([GatewayError.is(new Error('x')), GatewayError.is(undefined)]).toEqual([false, false]);
  });
});
