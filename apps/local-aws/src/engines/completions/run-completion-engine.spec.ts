import { describe, expect, it } from 'vitest';
import { testIdentity, testLimits } from '../testing/ask.js';
import { runCompletionEngine } from './run-completion-engine.js';

interface Completion {
  readonly object: string;
  readonly choices: readonly { readonly index: number; readonly text: string; readonly finish_reason: string | null }[];
  readonly usage?: object;
}

function complete(body: Record<string, unknown>): Completion {
  const result = runCompletionEngine(body, testIdentity, testLimits);
  if (result.kind !== 'complete') throw new Error('expected a whole answer');
  return result.data as Completion;
}

describe('the completion engine', () => {
  it('answers a prompt', () => {
    expect(complete({ prompt: 'Say exactly "hello"' })).toMatchObject({
      object: 'text_completion',
      choices: [{ index: 0, text: 'hello', finish_reason: 'stop' }],
    });
  });

  it('answers each of several prompts n times', () => {
    const { choices } = complete({ prompt: ['Reply with exactly: a', 'Reply with exactly: b'], n: 2 });
    expect(choices.map(({ index, text }) => [index, text])).toEqual([
      [0, 'a'],
      [1, 'a'],
      [2, 'b'],
      [3, 'b'],
    ]);
  });

  it('stops after 16 tokens unless told otherwise, and echoes on demand', () => {
    expect(complete({ prompt: 'Count from 1 to 99' }).choices[0]?.finish_reason).toBe('length');
    expect(complete({ prompt: 'Count from 1 to 99', max_tokens: 400 }).choices[0]?.finish_reason).toBe('stop');
    expect(complete({ prompt: 'Reply with exactly: x', echo: true }).choices[0]?.text).toBe('Reply with exactly: xx');
  });

  it('takes token ids and counts them', () => {
    expect(complete({ prompt: [1, 2, 3] }).usage).toMatchObject({ prompt_tokens: 3 });
    expect(complete({ prompt: [[1], [2, 3]] }).choices).toHaveLength(2);
  });

  it('streams the same text', () => {
    const body = { prompt: 'Count from 1 to 5', max_tokens: 30 };
    const result = runCompletionEngine(
      { ...body, stream: true, stream_options: { include_usage: true } },
      testIdentity,
      testLimits,
    );
    if (result.kind !== 'stream') throw new Error('expected a stream');
    const chunks = [...result.chunks].map((chunk) => chunk.data as Completion);
    expect(chunks.map((chunk) => chunk.choices[0]?.text ?? '').join('')).toBe(complete(body).choices[0]?.text);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: complete(body).usage });
  });

  it.each([{}, { prompt: [] }, { prompt: 7 }, { prompt: ['a', 7] }])('refuses %j', (body) => {
    expect(() => complete(body)).toThrow(/prompt must be/);
  });
});
