import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../testing/refusal-of.js';
import { decodeChatReply } from './decode-chat-reply.js';
import { decodeEmbeddingsReply } from './decode-embeddings-reply.js';

const CHAT = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'served',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
};
const FLOATS = [0.25, -1.5, 3];
const BASE64 = Buffer.from(Float32Array.from(FLOATS).buffer).toString('base64');

function embeddings(embedding: unknown, count = 1): string {
  const data = Array.from({ length: count }, (_, index) => ({ object: 'embedding', index, embedding }));
  return JSON.stringify({ object: 'list', data, model: 'served', usage: { prompt_tokens: 7, total_tokens: 7 } });
}

function reasonOf(act: () => unknown): { reason: string; status: number } {
  const { reason, status } = refusalOf(act);
  return { reason, status };
}

function decodeChat(text: string): Record<string, unknown> {
  return JSON.parse(decodeChatReply(Buffer.from(text), 'asked/dev').body.toString('utf8')) as Record<string, unknown>;
}

describe('decodeChatReply', () => {
  it('changes nothing but the model', () => {
    const text =
      '{"id":"x","choices":[{"n":1.50}],"object":"chat.completion","created":1,"model":"served","big":9007199254740993}';

    const { body } = decodeChatReply(Buffer.from(text), 'asked/dev');

    expect(body.toString('utf8')).toBe(text.replace('"served"', '"asked/dev"'));
  });

  it('reads the usage', () => {
    const { usage } = decodeChatReply(Buffer.from(JSON.stringify(CHAT)), 'm');

    expect(usage).toEqual({ promptTokens: 3, completionTokens: 2, totalTokens: 5 });
  });

  it('adds what OpenAI requires and the container left out', () => {
    const { id: _id, object: _object, ...rest } = CHAT;

    const answer = decodeChat(JSON.stringify({ ...rest, created: 1_700_000_000.75 }));

    expect(answer).toMatchObject({ object: 'chat.completion', created: 1_700_000_000, model: 'asked/dev' });
    expect(answer['id']).toMatch(/^chatcmpl-[0-9a-f]{24}$/);
  });

  it('removes an empty error', () => {
    expect(decodeChat(JSON.stringify({ ...CHAT, error: null }))).toEqual({ ...CHAT, model: 'asked/dev' });
  });

  it.each([
    ['{"object":"error","message":"bad","code":400}', 'upstream_rejected', 400],
    ['{"error":{"message":"bad","code":404}}', 'upstream_rejected', 404],
    ['{"error":"engine died"}', 'upstream_error', 502],
    ['{"status":"bad response"}', 'upstream_error', 502],
    ['{"error":{"message":"maximum context length is 10 tokens"}}', 'context_length_exceeded', 400],
    ['{"choices":[]}', 'upstream_garbage', 502],
    ['{}', 'upstream_garbage', 502],
    ['[]', 'upstream_garbage', 502],
    ['null', 'upstream_garbage', 502],
    ['', 'upstream_garbage', 502],
    ['{"choices":[{}]', 'upstream_garbage', 502],
    ['<html>', 'upstream_garbage', 502],
  ])('takes %s for %s', (text, reason, status) => {
    expect(reasonOf(() => decodeChat(text))).toEqual({ reason, status });
  });

  it('takes invalid UTF-8 for garbage', () => {
    const bytes = Buffer.from(JSON.stringify(CHAT).replace('hi', '\u0080'), 'latin1');

    expect(reasonOf(() => decodeChatReply(bytes, 'm')).reason).toBe('upstream_garbage');
  });
});

describe('decodeEmbeddingsReply', () => {
  const decode = (text: string, encoding: 'float' | 'base64', inputs: number | undefined = 1) =>
    decodeEmbeddingsReply(Buffer.from(text), { model: 'asked/dev', encoding, inputs });

  it.each(['float', 'base64'] as const)('passes %s through but for the model', (encoding) => {
    const text = embeddings(encoding === 'float' ? FLOATS : BASE64, 3);

    const { body, usage } = decode(text, encoding, 3);

    expect(body.toString('utf8')).toBe(text.replace('"served"', '"asked/dev"'));
    expect(usage).toEqual({ promptTokens: 7, completionTokens: 0, totalTokens: 7 });
  });

  it('is not misled by a model that stands behind the data or by names inside it', () => {
    const text = '{"data":[{"embedding":[1],"model":"inner"}],"usage":null,"object":"list","model":"served"}';

    const { body, usage } = decode(text, 'float');

    expect(body.toString('utf8')).toBe(text.replace('"served"', '"asked/dev"'));
    expect(usage).toBeUndefined();
  });

  it('packs floats for a client that asked for base64', () => {
    const answer = JSON.parse(decode(embeddings(FLOATS), 'base64').body.toString('utf8')) as typeof CHAT & {
      data: unknown;
    };

    expect(answer.data).toEqual([{ object: 'embedding', index: 0, embedding: BASE64 }]);
  });

  it('unpacks base64 for a client that asked for floats', () => {
    const answer = JSON.parse(decode(embeddings(BASE64), 'float').body.toString('utf8')) as { data: unknown };

    expect(answer.data).toEqual([{ object: 'embedding', index: 0, embedding: FLOATS }]);
  });

  it.each([
    ['too few embeddings', embeddings(FLOATS, 2), 3],
    ['too many embeddings', embeddings(FLOATS, 4), 3],
    ['no data', '{"object":"list"}', 1],
    ['NaN', embeddings(FLOATS).replace('0.25', 'NaN'), 1],
    ['a cut answer', embeddings(FLOATS).slice(0, -1), 1],
    ['embeddings that are null', embeddings(null), 1],
    ['text', 'oops', 1],
  ])('takes %s for garbage', (_name, text, inputs) => {
    expect(reasonOf(() => decode(text, 'float', inputs)).reason).toBe('upstream_garbage');
  });

  it('finds the failure that an answer states', () => {
    expect(reasonOf(() => decode('{"object":"error","message":"too long","code":400}', 'float'))).toEqual({
      reason: 'upstream_rejected',
      status: 400,
    });
  });
});
