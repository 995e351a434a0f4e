import { describe, expect, it } from 'vitest';
import { readFailureText } from './read-failure-text.js';

const container = (kind: string, status: number, body: string): string =>
  `Received ${kind} error (${status}) from primary with message "${body}". See https://example.com/ in account 123456789012 for more information.`;

describe('readFailureText', () => {
  it.each([
    'The request expired: it waited longer than RequestTTLSeconds.',
    'NoSuchKey: The specified key does not exist.',
  ])('takes %j for a call that was not run', (text) => {
    expect(readFailureText(text, 'gpu')).toEqual({ kind: 'not-run', text });
  });

  it("takes the container's words for what they are, whatever they say of expiry", () => {
    const text = container('client', 400, '{\\"error\\":{\\"message\\":\\"your token expired\\"}}');

    expect(readFailureText(text, 'gpu')).toMatchObject({
      kind: 'failed',
      error: { reason: 'upstream_rejected', status: 400 },
    });
  });

  it.each([
    [container('server', 500, 'CUDA error'), 'upstream_error'],
    [container('server', 503, 'loading'), 'upstream_unavailable'],
    [
      'Received server error (0) from model with message "Your invocation timed out". See https://example.com/',
      'upstream_timeout',
    ],
    ['The connection to container primary broke before the response was complete', 'upstream_error'],
  ])('reads %j as a direct call would have failed', (text, reason) => {
    expect(readFailureText(text, 'gpu')).toMatchObject({ kind: 'failed', error: { reason } });
  });
});
