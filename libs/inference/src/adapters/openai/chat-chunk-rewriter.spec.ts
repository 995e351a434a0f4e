import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../testing/refusal-of.js';
import { ChatChunkRewriter, type ChatChunkOptions } from './chat-chunk-rewriter.js';

const OPTIONS: ChatChunkOptions = { model: 'asked/dev', includeUsage: false, continuousUsage: false, choices: 1 };

interface Frame {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  readonly object: string;
  readonly choices: readonly Record<string, unknown>[];
  readonly usage?: unknown;
}

const USAGE = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };

function chunk(choices: readonly unknown[], extra: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { id: 'up-1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'served', choices, ...extra };
}

function choice(delta: unknown, finish: string | null = null, index = 0): Record<string, unknown> {
  return { index, delta, finish_reason: finish };
}

const USAGE_CHUNK = chunk([], { usage: USAGE });

/** The frames that the client gets; `end` closes the answer, 'done' with a `[DONE]` of the container's own. */
function run(
  values: readonly unknown[],
  options: Partial<ChatChunkOptions> = {},
  end: 'eof' | 'done' | 'open' = 'eof',
) {
  const rewriter = new ChatChunkRewriter({ ...OPTIONS, ...options });
  const frames = values.flatMap((value) => rewriter.rewrite({ kind: 'value', value: structuredClone(value) }) ?? []);
  if (end === 'done') rewriter.rewrite({ kind: 'done' });
  if (end !== 'open') frames.push(...rewriter.finish());
  return { rewriter, texts: frames.map((frame) => frame.toString('utf8')) };
}

function parsed(texts: readonly string[]): Frame[] {
  return texts
    .filter((text) => !text.includes('[DONE]'))
    .map((text) => {
      expect(text.startsWith('data: ') && text.endsWith('\n\n')).toBe(true);
      return JSON.parse(text.slice(6)) as Frame;
    });
}

function reasonOf(act: () => unknown): string {
  return refusalOf(act).reason;
}

describe('ChatChunkRewriter', () => {
  const hello = [
    chunk([choice({ role: 'assistant', content: '' })]),
    chunk([choice({ content: 'Hi' })]),
    chunk([choice({}, 'stop')]),
  ];

  it('gives every chunk the client`s model, one id and one time, and ends with one [DONE]', () => {
    const values = hello.map((value, index) => ({ ...value, id: `up-${index}`, created: 1_700_000_000.5 + index }));

    const { texts } = run(values);

    const frames = parsed(texts);
    expect(texts.at(-1)).toBe('data: [DONE]\n\n');
    expect(frames.map(({ id, created, model, object }) => [id, created, model, object])).toEqual(
      Array.from({ length: 3 }, () => ['up-0', 1_700_000_000, 'asked/dev', 'chat.completion.chunk']),
    );
  });

  it('makes an id where the container has none', () => {
    const { id: _id, ...rest } = chunk([choice({ content: 'x' }, 'stop')]);

    expect(parsed(run([rest]).texts)[0]?.id).toMatch(/^chatcmpl-/);
  });

  it('puts a role first', () => {
    const frames = parsed(
      run([chunk([choice({ content: 'Hi', role: null })]), chunk([choice({ content: '!' }, 'stop')])]).texts,
    );

    expect(frames.map(({ choices }) => choices[0]?.['delta'])).toEqual([
      { content: 'Hi', role: 'assistant' },
      { content: '!' },
    ]);
  });

  it('keeps usage to itself when nobody asked, and still counts', () => {
    const { texts, rewriter } = run([...hello.map((value) => ({ ...value, usage: null })), USAGE_CHUNK]);

    expect(texts.join('')).not.toContain('usage');
    expect(rewriter.usage).toEqual({ promptTokens: 3, completionTokens: 2, totalTokens: 5 });
  });

  it('sends usage once, last, with nulls before, to those who asked', () => {
    const frames = parsed(run([...hello, USAGE_CHUNK], { includeUsage: true }, 'done').texts);

    expect(frames.map(({ usage }) => usage)).toEqual([null, null, null, USAGE]);
    expect(frames.at(-1)?.choices).toEqual([]);
  });

  it('moves usage that came with the last words to a chunk of its own', () => {
    const frames = parsed(
      run([hello[0], chunk([choice({ content: 'Hi' }, 'stop')], { usage: USAGE })], { includeUsage: true }).texts,
    );

    expect(frames.map(({ usage }) => usage)).toEqual([null, null, USAGE]);
  });

  it('leaves usage in every chunk for those who asked vLLM for it', () => {
    const values = hello.map((value) => ({ ...value, usage: USAGE }));
    const frames = parsed(run([...values, USAGE_CHUNK], { includeUsage: true, continuousUsage: true }).texts);

    expect(frames.map(({ usage }) => usage)).toEqual([USAGE, USAGE, USAGE, USAGE]);
  });

  it('says each finish reason once', () => {
    const values = [...hello, chunk([choice({}, 'stop')]), chunk([choice({ content: '' }, 'length')])];

    const reasons = parsed(run(values).texts).map(({ choices }) => choices[0]?.['finish_reason']);

    expect(reasons).toEqual([null, null, 'stop']);
  });

  it('follows several choices to their own ends', () => {
    const values = [
      chunk([choice({ role: 'assistant', content: 'a' }), choice({ role: 'assistant', content: 'b' }, null, 1)]),
      chunk([choice({}, 'stop')]),
      chunk([choice({ content: 'more' }, null, 1)]),
      chunk([choice({}, 'length', 1)]),
    ];

    const { texts } = run(values, { choices: 2 });

    expect(texts.join('')).toContain('more');
    expect(texts.at(-1)).toBe('data: [DONE]\n\n');
  });

  it.each([
    ['nothing', []],
    ['a role', hello.slice(0, 1)],
    ['text without an end', hello.slice(0, 2)],
    [
      'one of two choices',
      [chunk([choice({ content: 'a' }), choice({ content: 'b' }, null, 1)]), chunk([choice({}, 'stop')])],
    ],
  ])('does not take %s for a whole answer', (_name, values) => {
    expect(reasonOf(() => run(values))).toBe('upstream_error');
  });

  it('does not take one choice for the two that were asked for', () => {
    expect(reasonOf(() => run(hello, { choices: 2 }))).toBe('upstream_error');
  });

  it('does not take a lone [DONE] for an answer', () => {
    expect(reasonOf(() => run([], {}, 'done'))).toBe('upstream_error');
  });

  it("believes the container's own [DONE] and ignores what follows it", () => {
    const rewriter = new ChatChunkRewriter(OPTIONS);
    rewriter.rewrite({ kind: 'value', value: hello[1] });
    rewriter.rewrite({ kind: 'done' });

    expect(rewriter.rewrite({ kind: 'value', value: hello[1] })).toBeUndefined();
    expect(rewriter.isDone).toBe(true);
    expect(rewriter.finish().map(String)).toEqual(['data: [DONE]\n\n']);
  });

  it('removes an empty error', () => {
    expect(run(hello.map((value) => ({ ...value, error: null }))).texts.join('')).not.toContain('error');
  });

  it('streams a whole message of an engine that does not stream', () => {
    const value = chunk([{ index: 0, message: { role: 'assistant', content: 'all at once' }, finish_reason: 'stop' }]);

    const [frame] = parsed(run([value]).texts);

    expect(frame?.choices).toEqual([
      { index: 0, delta: { role: 'assistant', content: 'all at once' }, finish_reason: 'stop' },
    ]);
  });

  it('passes tool calls and unknown members on', () => {
    const delta = {
      role: 'assistant',
      tool_calls: [{ index: 0, id: 't', type: 'function', function: { name: 'f', arguments: '' } }],
    };
    const [frame] = parsed(
      run([chunk([{ ...choice(delta), logprobs: null }], { system_fingerprint: 'fp' }), hello[2]]).texts,
    );

    expect(frame?.choices[0]).toEqual({ ...choice(delta), logprobs: null });
    expect(frame).toHaveProperty('system_fingerprint', 'fp');
  });

  it.each([
    [{ error: 'engine died' }, 'upstream_error'],
    [{ error: { message: 'bad', code: 400 } }, 'upstream_rejected'],
    [{ object: 'error', message: 'maximum context length is 5', code: 400 }, 'context_length_exceeded'],
    [{ hello: 1 }, 'upstream_garbage'],
    [[], 'upstream_garbage'],
  ])('ends with the failure that %j states', (value, reason) => {
    expect(reasonOf(() => run([hello[0], value], {}, 'open'))).toBe(reason);
  });

  it('ends with garbage', () => {
    expect(reasonOf(() => new ChatChunkRewriter(OPTIONS).rewrite({ kind: 'garbage', text: 'oops' }))).toBe(
      'upstream_garbage',
    );
  });

  it('keeps one id when a sign of life went out before the first chunk', () => {
    const rewriter = new ChatChunkRewriter(OPTIONS);
    const alive = rewriter.keepAlive().toString('utf8');
    const first = rewriter.rewrite({ kind: 'value', value: hello[0] })?.toString('utf8') ?? '';

    const [aliveFrame, firstFrame] = parsed([alive, first]);

    expect(aliveFrame?.choices).toEqual([{ index: 0, delta: {}, finish_reason: null }]);
    expect(firstFrame).toMatchObject({ id: aliveFrame?.id, created: aliveFrame?.created });
  });
});
