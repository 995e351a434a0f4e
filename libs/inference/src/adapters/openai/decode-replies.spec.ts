import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../testing/refusal-of.js';
import { decodeChatReply } from './decode-chat-reply.js';

const CHAT = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'served',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
};

function reasonOf(act: () => unknown): { reason: string; status: number } {
  const { reason, status } = refusalOf(act);
  return { reason, status };
}

function decodeChat(text: string): Record<string, unknown> {
  return JSON.parse(decodeChatReply(Buffer.from(text), { model: 'asked/dev' }).body.toString('utf8')) as Record<
    string,
    unknown
  >;
}

describe('decodeChatReply', () => {
  it('changes nothing but the model', () => {
    const text =
      '{"id":"x","choices":[{"n":1.50}],"object":"chat.completion","created":1,"model":"served","big":9007199254740993}';

    const { body } = decodeChatReply(Buffer.from(text), { model: 'asked/dev' });

    expect(body.toString('utf8')).toBe(text.replace('"served"', '"asked/dev"'));
  });

  it('reads what of the usage came from a cache and went into reasoning', () => {
    const usage = {
      ...CHAT.usage,
      prompt_tokens_details: { cached_tokens: 2 },
      completion_tokens_details: { reasoning_tokens: 1, audio_tokens: 0 },
    };
    const reply = decodeChatReply(Buffer.from(JSON.stringify({ ...CHAT, usage })), { model: 'm' });
    expect(reply.usage).toMatchObject({ promptTokens: 3, cachedTokens: 2, reasoningTokens: 1 });
  });

  it('reads the usage', () => {
    const { usage } = decodeChatReply(Buffer.from(JSON.stringify(CHAT)), { model: 'm' });

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

    expect(reasonOf(() => decodeChatReply(bytes, { model: 'm' })).reason).toBe('upstream_garbage');
  });
});
