import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from './error-codes.js';
import { renderOpenAiError } from './openai-error.js';

const SDK_RETRIES = (status: number): boolean => status === 408 || status === 409 || status === 429 || status >= 500;

describe('ERROR_CODES', () => {
  it('gives every failure that may pass by itself a status that the SDKs retry', () => {
    const retryable = Object.values(ERROR_CODES).filter((description) => description.retryable);
    expect(retryable.length).toBeGreaterThan(0);
    for (const { status } of retryable) expect(SDK_RETRIES(status)).toBe(true);
  });

  it('gives every 4xx a type that says whose fault it is', () => {
    const typeOf = (status: number): string => (status < 500 ? 'invalid_request_error' : 'server_error');
    for (const { status, type } of Object.values(ERROR_CODES)) {
      expect(type).toBe(status === 429 ? 'rate_limit_error' : typeOf(status));
    }
  });
});

describe('renderOpenAiError', () => {
  it('sends all four keys, also the empty ones, and nothing else', () => {
    const error = { message: 'Broken.', type: 'server_error', param: null, code: null, stack: 'secret' };
    expect(JSON.parse(JSON.stringify(renderOpenAiError(error)))).toEqual({
      error: { message: 'Broken.', type: 'server_error', param: null, code: null },
    });
  });
});
