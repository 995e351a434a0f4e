import { describe, expect, it } from 'vitest';
import { chooseTransport } from './choose-transport.js';
import type { TransportName } from './model-entry.types.js';

describe('chooseTransport', () => {
  it.each<[TransportName[], TransportName | undefined, TransportName | undefined]>([
    [['invoke'], 'invoke', undefined],
    [['invoke-stream'], undefined, 'invoke-stream'],
    [['invoke', 'invoke-stream'], 'invoke', 'invoke-stream'],
    [['invoke', 'invoke-stream', 'openai-route'], 'invoke', 'openai-route'],
    [['openai-route', 'invoke', 'invoke-stream'], 'openai-route', 'openai-route'],
    [['async'], 'async', undefined],
    [['http'], 'http', 'http'],
  ])('takes for chat, of %j, %s for a whole answer and %s for a stream', (transports, whole, stream) => {
    expect(chooseTransport({ transports }, 'chat', 'whole')).toBe(whole);
    expect(chooseTransport({ transports }, 'chat', 'stream')).toBe(stream);
  });

  it('keeps off the OpenAI route what is not chat', () => {
    const transports = ['openai-route', 'invoke', 'invoke-stream'] as const;

    expect(chooseTransport({ transports }, 'completions', 'whole')).toBe('invoke');
    expect(chooseTransport({ transports }, 'completions', 'stream')).toBe('invoke-stream');
  });
});
