import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.js';
import { serializeError } from './serialize-error.js';

describe('serializeError', () => {
  it('keeps type, message, stack, code and the chain of causes', () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const logged = serializeError(new GatewayError('upstream_unavailable', 'not reachable', { cause: refused }));
    expect(logged).toMatchObject({
      message: 'not reachable',
      cause: { type: 'Error', message: 'refused', code: 'ECONNREFUSED' },
    });
    expect((logged as { stack: string }).stack).toContain('serialize-error.spec.ts');
  });

  it('has other words for what a model server said, at every place of a chain', () => {
    const said = Object.assign(new Error('the secret prompt'), {
      name: 'ModelError',
      OriginalMessage: 'the secret prompt',
    });
    const quoting = new GatewayError('upstream_error', 'It said:\nthe secret prompt', {
      cause: said,
      logMessage: 'The model server failed.',
    });
    for (const error of [quoting, new Error('a row failed', { cause: quoting })]) {
      const text = JSON.stringify(serializeError(error));
      expect(text).not.toContain('secret prompt');
      expect(text).toContain('The model server failed.');
      expect(text).toContain('ModelError');
      expect(text).toContain('serialize-error.spec.ts');
    }
  });

  it('passes on what is no error, and ends in a circle of causes', () => {
    expect(serializeError('text')).toBe('text');
    const circle = new Error('round');
    circle.cause = circle;
    expect(JSON.stringify(serializeError(circle)).length).toBeLessThan(50_000);
  });
});
