import { describe, expect, it } from 'vitest';
import { endpointNames, invokeStream, rejectionOf, say } from '../testing/invoke.js';
import { useTestAws } from '../testing/use-test-aws.js';

const test = useTestAws();
const text = 'Zürich, 東京, São Paulo 🌊 und mehr: äöü ÄÖÜ ß 你好世界';
const order = say(`Reply with exactly: ${text}`, { stream: true, stream_options: { include_usage: true } });
const stream = (endpointName: string, body: object = order) => invokeStream(test.current.sageMaker, endpointName, body);

interface Chunk {
  readonly choices: readonly { readonly delta: Record<string, unknown> & { readonly content?: string | null } }[];
  readonly usage: { readonly completion_tokens: number } | null;
}

const textOf = (chunks: readonly Chunk[]) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');

describe('InvokeEndpointWithResponseStream', () => {
  it('streams SSE with its end marker as stock vLLM does', async () => {
    const read = await stream(endpointNames.sseChat);
    expect(read).toMatchObject({
      error: undefined,
      contentType: 'text/event-stream; charset=utf-8',
      variant: 'AllTraffic',
    });
    const events = Buffer.concat(read.parts).toString('utf8').split('\n\n').filter(Boolean);
    expect(events.at(-1)).toBe('data: [DONE]');
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.replace(/^data: /, '')) as Chunk);
    expect(textOf(chunks)).toBe(text);
    expect(chunks.at(-1)?.usage?.completion_tokens).toBeGreaterThan(10);
  });

  it('streams lines of JSON with every field spelled out and no end marker as the containers of EMD do', async () => {
    const read = await stream(endpointNames.jsonLinesChat);
    const body = Buffer.concat(read.parts).toString('utf8');
    expect(body.endsWith('}\n')).toBe(true);
    const chunks = body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Chunk);
    expect(textOf(chunks)).toBe(text);
    expect(chunks[1]?.choices[0]?.delta).toEqual({
      content: expect.any(String),
      function_call: null,
      refusal: null,
      role: null,
      tool_calls: null,
    });
  });

  it('cuts parts anywhere, also inside a character', async () => {
    const { parts } = await stream(endpointNames.sseChat);
    expect(parts.some((part) => ((part[0] ?? 0) & 0xc0) === 0x80)).toBe(true);
    expect(parts.some((part) => !part.toString('latin1').endsWith('\n\n'))).toBe(true);
  });

  it('cuts the same call at the same places, apart from what differs in each answer', async () => {
    const lengths = async () => (await stream(endpointNames.sseChat)).parts.map((part) => part.length);
    expect(await lengths()).toEqual(await lengths());
  });

  it('streams an answer that is none as it is', async () => {
    const { parts, contentType } = await stream(endpointNames.embedding, { input: 'x' });
    expect(contentType).toBe('application/json');
    expect(JSON.parse(Buffer.concat(parts).toString('utf8'))).toMatchObject({ object: 'list' });
  });

  it('answers with an error where the container does so before its first byte', async () => {
    const error = await rejectionOf(stream(endpointNames.sseChat, say('x', { stream: true, max_tokens: 0 })));
    expect(error).toMatchObject({ name: 'ModelError', OriginalStatusCode: 400, $metadata: { httpStatusCode: 424 } });
  });

  it('can leave out the end marker', async () => {
    await test.current.control('PUT', 'endpoints/unmarked', { model: 'm', engine: 'chat', doneMarker: false });
    const body = Buffer.concat((await stream('unmarked')).parts).toString('utf8');
    expect(body).toMatch(/^data: \{.*\}\n\n$/s);
    expect(body).not.toContain('[DONE]');
  });

  it('streams tens of thousands of tokens whole', async () => {
    const { parts, error } = await stream(endpointNames.sseChat, say('Count from 1 to 5000', { stream: true }));
    const events = Buffer.concat(parts).toString('utf8').split('\n\n');
    expect(error).toBeUndefined();
    expect(events.length).toBeGreaterThan(10_000);
    expect(events.at(-2)).toBe('data: [DONE]');
  });
});
