import { describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import { wasNeverAccepted } from './was-never-accepted.js';

describe('wasNeverAccepted', () => {
  it.each([
    ['a refusal of SageMaker', { upstreamStatus: 400 }, true],
    ['throttling', { upstreamStatus: 429 }, true],
    ['a service that is not there', { upstreamStatus: 503 }, true],
    ['a failure inside SageMaker', { upstreamStatus: 500 }, false],
    ['a failure behind SageMaker', { upstreamStatus: 530 }, false],
    ['a port that nobody listens on', { connectionError: 'ECONNREFUSED' }, true],
    ['a name that does not resolve', { connectionError: 'EAI_AGAIN' }, true],
    ['a connection that broke', { connectionError: 'ECONNRESET' }, false],
    ['an answer that never came', {}, false],
  ])('of %s says %j: %s', (_name, details, expected) => {
    expect(wasNeverAccepted(new GatewayError('upstream_unavailable', 'x', { details }))).toBe(expected);
  });

  it('of missing credentials says that nothing was sent', () => {
    expect(wasNeverAccepted(new GatewayError('upstream_misconfigured', 'x'))).toBe(true);
  });
});
