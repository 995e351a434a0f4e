import { describe, expect, it } from 'vitest';
import { readCreateAttempt } from './read-create-attempt.js';

describe('readCreateAttempt', () => {
  it.each([
    ['abc', 'abc'],
    ['"abc"', 'abc'],
    [String.raw`"a\"b\\c"`, String.raw`a"b\c`],
    ['"half', '"half'],
    [' 8e03978e-40d5-43dd-bc93-6894a57f9324 ', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ])('takes the key %s as %s', (header, key) => {
    expect(readCreateAttempt({ 'idempotency-key': header })).toEqual({ key, retryCount: 0 });
  });

  it.each(['', '""', '  ', 'x'.repeat(256)])('refuses the key "%s"', (header) => {
    expect(() => readCreateAttempt({ 'idempotency-key': header })).toThrow(/1 to 255 characters/);
  });

  it.each([
    ['2', 2],
    ['0', 0],
    ['-1', 0],
    ['yes', 0],
    [undefined, 0],
  ])('reads the retry count %s as %i', (header, retryCount) => {
    expect(readCreateAttempt({ 'x-stainless-retry-count': header })).toEqual({ retryCount });
  });
});
