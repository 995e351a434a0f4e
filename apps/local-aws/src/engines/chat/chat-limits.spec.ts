import { describe, expect, it } from 'vitest';
import { EngineRejection } from '../engine-rejection.js';
import { splitTokens } from '../text/split-tokens.js';
import { complete } from '../testing/ask.js';

const user = (content: unknown) => [{ role: 'user', content }];
const counting = { messages: user('Count from 1 to 50') };

describe('the limits of a chat completion', () => {
  it('counts the tokens that it says', () => {
    const { choices, usage } = complete(counting);
    expect(usage.completion_tokens).toBe(splitTokens(choices[0]?.message.content ?? '').length);
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens);
    expect(complete({ ...counting, n: 2 }).usage.completion_tokens).toBe(usage.completion_tokens * 2);
  });

  it.each(['max_tokens', 'max_completion_tokens'])('stops for length at %s', (name) => {
    const { choices, usage } = complete({ ...counting, [name]: 7 });
    expect(choices[0]?.finish_reason).toBe('length');
    expect(usage.completion_tokens).toBe(7);
    expect(complete(counting).choices[0]?.message.content?.startsWith(choices[0]?.message.content ?? '-')).toBe(true);
  });

  it('does not say length where the text fits exactly', () => {
    const { usage } = complete(counting);
    expect(complete({ ...counting, max_tokens: usage.completion_tokens }).choices[0]?.finish_reason).toBe('stop');
  });

  it('goes on to its token limit where it is told to ignore the end, saying itself again', () => {
    const [choice] = complete({ ...counting, max_tokens: 500, ignore_eos: true }).choices;
    const tokens = splitTokens(choice?.message.content ?? '');
    expect([tokens.length, choice?.finish_reason]).toEqual([500, 'length']);
    expect(choice?.message.content).toContain('49, 50 1, 2, 3');
  });

  it('says at least the tokens that are asked for, and no more for that', () => {
    const own = complete(counting).usage.completion_tokens;
    expect(complete({ ...counting, min_tokens: own + 3, max_tokens: 500 }).usage.completion_tokens).toBe(own + 3);
    expect(complete({ ...counting, min_tokens: 3 }).usage.completion_tokens).toBe(own);
  });

  it('ends before the first stop sequence', () => {
    const [choice] = complete({ ...counting, stop: ['9', ', 5'] }).choices;
    expect(choice).toMatchObject({ message: { content: '1, 2, 3, 4' }, finish_reason: 'stop', stop_reason: ', 5' });
  });

  it('gives each token a probability of one when logprobs are asked for', () => {
    const [choice] = complete({ ...counting, logprobs: true, top_logprobs: 1 }).choices;
    expect(choice?.logprobs?.content.map(({ token }) => token).join('')).toBe(choice?.message.content);
    expect(complete(counting).choices[0]?.logprobs).toBeNull();
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a prompt beyond the context window', { messages: user('word '.repeat(5000)) }, /maximum context length is 4096/],
    ['more tokens than there is room for', { messages: user('hi'), max_tokens: 5000 }, /maximum context length/],
    ['messages that are none', { messages: 'hi' }, /messages must be an array/],
    ['no messages', { messages: [] }, /at least one/],
    ['a message without a role', { messages: [{ content: 'x' }] }, /role/],
    ['content that is a number', { messages: user(7) }, /content/],
    ['max_tokens of 0', { messages: user('x'), max_tokens: 0 }, /max_tokens must be at least 1, got 0/],
    ['n of 0', { messages: user('x'), n: 0 }, /n must be at least 1, got 0/],
    ['a temperature of -1', { messages: user('x'), temperature: -1 }, /temperature/],
    ['top_logprobs alone', { messages: user('x'), top_logprobs: 2 }, /logprobs/],
    ['stream options without a stream', { messages: user('x'), stream_options: {} }, /Stream options/],
    ['a tool choice without tools', { messages: user('x'), tool_choice: 'required' }, /tools/],
    ['a response format of no type', { messages: user('x'), response_format: {} }, /response_format/],
    [
      'too many images',
      { messages: user(Array(3).fill({ type: 'image_url', image_url: { url: 'http://x/y.png' } })) },
      /At most 2/,
    ],
    [
      'a data URL that is no image',
      { messages: user([{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]) },
      /cannot identify image/,
    ],
  ])('refuses %s', (_name, body, message) => {
    expect(() => complete(body)).toThrow(EngineRejection);
    expect(() => complete(body)).toThrow(message);
  });

  it('takes null for absent', () => {
    const nulls = { max_tokens: null, stop: null, n: null, temperature: null, tools: null, response_format: null };
    expect(complete({ messages: user('Reply with exactly: ok'), ...nulls }).choices[0]?.message.content).toBe('ok');
  });
});
