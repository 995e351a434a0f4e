import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toneSpeech } from '../../apps/local-aws/src/engines/speech/tone-speech.js';
import { VOCABULARY } from '../../apps/local-aws/src/engines/speech/vocabulary.js';
import { startSystem, type System } from '../setup/processes.js';
import { PYTHON_SNIPPETS } from './support/seed/python-snippets.js';
import * as recorded from './support/seed/recorded-requests.js';
import { replayRequest, type ReplayedAnswer } from './support/seed/replay-request.js';
import { hasPackage, runPython } from './support/seed/run-python.js';
import { send, type RawAnswer } from './support/clients.js';

interface Completion {
  readonly model: string;
  readonly choices: readonly { readonly message: { readonly content: string }; readonly finish_reason: string }[];
}

interface Ranking {
  readonly data: readonly { readonly document: { readonly text: string }; readonly relevance_score: number }[];
}

const words = VOCABULARY.slice(3, 7).map(([first]) => first);
const recording = toneSpeech(words);

describe('Every snippet of the API documentation', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });

  afterAll(async () => {
    await system?.stop();
  });

  describe('by curl', () => {
    const curl = (path: string, body: string): Promise<RawAnswer> =>
      send(system, path, { method: 'POST', headers: { 'content-type': 'application/json' }, body });

    it('lists the models without a key', async () => {
      const answer = await send(system, '/v1/models', { key: null });

      expect(answer.status, answer.text).toBe(200);
      expect(answer.body).toMatchObject({ object: 'list', data: expect.arrayContaining([expect.anything()]) });
    });

    it('chats', async () => {
      const answer = await curl(
        '/v1/chat/completions',
        `{
    "model": "Qwen2.5-7B-Instruct/dev",
    "messages": [
      {"role": "system", "content": "You are a helpful assistant."},
      {"role": "user", "content": "Hello!"}
    ],
    "temperature": 0.7
  }`,
      );

      expectChat(answer, 'Qwen2.5-7B-Instruct/dev');
    });

    it('embeds one text as floats', async () => {
      const answer = await curl(
        '/v1/embeddings',
        `{
    "model": "bge-m3/dev",
    "input": "The food was delicious and the waiter..."
  }`,
      );
      const { data } = answer.body as unknown as { data: { embedding: number[] }[] };

      expect(answer.status, answer.text).toBe(200);
      expect(data).toHaveLength(1);
      expect(data[0]?.embedding.every(Number.isFinite)).toBe(true);
    });

    it('reranks, with the capital of France first, under both names of the list', async () => {
      const answer = await curl(
        '/v1/rerank',
        `{
    "model": "bge-reranker-v2-m3/dev",
    "query": "What is the capital of France?",
    "documents": [
      "Paris is the capital of France.",
      "Berlin is the capital of Germany.",
      "London is the capital of England."
    ]
  }`,
      );
      const body = answer.body as unknown as Record<'results' | 'data', { index: number; relevance_score: number }[]>;

      expect(answer.status, answer.text).toBe(200);
      expect(body.results[0]?.index).toBe(0);
      expect(body.results).toHaveLength(3);
      expect(body.data.map(({ index }) => index)).toEqual(body.results.map(({ index }) => index));
    });

    it('reranks by all parameters of the documentation: the best of them only, with what they are', async () => {
      const answer = await curl(
        '/v1/rerank',
        `{
    "model": "bge-reranker-v2-m3/dev",
    "query": "What is the capital of France?",
    "documents": [
      "Berlin is the capital of Germany.",
      "Paris is the capital of France.",
      "London is the capital of England."
    ],
    "max_rerank": 2,
    "return_metadata": true
  }`,
      );

      expect(answer.status, answer.text).toBe(200);
      expectRanking(answer.body as unknown as Ranking, 2);
    });

    it('invokes a chat model with input and parameters', async () => {
      const answer = await curl(
        '/v1/invocations',
        `{
    "model": "Qwen2.5-7B-Instruct/dev",
    "input": {
      "query": "What is machine learning?"
    },
    "parameters": {
      "max_tokens": 100
    }
  }`,
      );

      expect(answer.status, answer.text).toBe(200);
      expect(answer.text).toContain('machine learning');
    });
  });

  describe('by Python, replayed from recorded requests', () => {
    it('lists the models, by the base URL without /v1', async () => {
      const answer = await replayRequest(system, recorded.LIST_MODELS);

      expect(answer.status, answer.text).toBe(200);
      expect((JSON.parse(answer.text) as { data: { id: string }[] }).data.map(({ id }) => id)).toContain('bge-m3/dev');
    });

    it('chats', async () => {
      expectChat(await replayRequest(system, recorded.CHAT), 'Qwen2.5-7B-Instruct/dev');
    });

    it('streams chunks that each hold a choice, then [DONE]', async () => {
      const answer = await replayRequest(system, recorded.CHAT_STREAM);
      const frames = answer.text.split('\n\n').filter((frame) => frame !== '');
      const chunks = frames
        .slice(0, -1)
        .map((frame) => JSON.parse(frame.replace(/^data: /, '')) as { choices: unknown[] });

      expect(answer).toMatchObject({ status: 200, contentType: expect.stringContaining('text/event-stream') });
      expect(frames.at(-1)).toBe('data: [DONE]');
      expect(chunks.length).toBeGreaterThan(2);
      expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
    });

    it.each([
      ['one text', recorded.EMBED_ONE, 1],
      ['two texts', recorded.EMBED_TWO, 2],
    ])('embeds %s in the encoding that the SDK asks for', async (_, request, count) => {
      const answer = await replayRequest(system, request);
      const { data } = JSON.parse(answer.text) as { data: { index: number; embedding: string }[] };

      expect(answer.status, answer.text).toBe(200);
      expect(data.map(({ index }) => index)).toEqual(Array.from({ length: count }, (_item, index) => index));
      expect(data.every(({ embedding }) => Buffer.from(embedding, 'base64').length >= 4 * 64)).toBe(true);
    });

    it('reranks, with what the snippet reads of each result', async () => {
      const answer = await replayRequest(system, recorded.RERANK);

      expect(answer.status, answer.text).toBe(200);
      expectRanking(JSON.parse(answer.text) as Ranking, 3);
    });

    it('invokes', async () => {
      const answer = await replayRequest(system, recorded.INVOCATION);

      expect(answer.status, answer.text).toBe(200);
      expect(answer.text).toContain('machine learning');
    });

    it('asks about an image', async () => {
      expectChat(await replayRequest(system, recorded.VISION), 'Qwen2-VL-7B-Instruct/dev');
    });

    it('transcribes', async () => {
      const answer = await replayRequest(system, recorded.recordedTranscription(recording));

      expect(answer.status, answer.text).toBe(200);
      expectWords((JSON.parse(answer.text) as { text: string }).text);
    });
  });

  describe.skipIf(!hasPackage('openai'))('by Python, run (where the machine has the openai package)', () => {
    it('lists the models', async () => {
      expect((await runPython(system, PYTHON_SNIPPETS.listModels)).split('\n')).toContain('bge-m3/dev');
    });

    it('chats', async () => {
      expect(await runPython(system, PYTHON_SNIPPETS.chat)).toContain('Hello!');
    });

    it('streams', async () => {
      expect(await runPython(system, PYTHON_SNIPPETS.stream)).toContain('poem about AI');
    });

    it('embeds', async () => {
      const printed = await runPython(system, PYTHON_SNIPPETS.embeddings);

      expect(printed).toMatch(/^\[-?\d/);
      expect(printed).toMatch(/Generated 2 embeddings$/);
    });

    it('reranks', async () => {
      const printed = await runPython(system, PYTHON_SNIPPETS.rerank);

      expect(printed).toMatch(/^Document: .*Paris is the capital of France\./);
      expect(printed.match(/Relevance Score: [\d.]+\n---/g)).toHaveLength(3);
    });

    it.skipIf(!hasPackage('requests'))('invokes', async () => {
      expect(await runPython(system, PYTHON_SNIPPETS.invocation)).toContain('machine learning');
    });

    it('asks about an image', async () => {
      const image = Buffer.from(recorded.JPEG_BASE64, 'base64');

      expect(await runPython(system, PYTHON_SNIPPETS.vision, { 'path/to/your/image.jpg': image })).not.toBe('');
    });

    it('transcribes', async () => {
      expectWords(await runPython(system, PYTHON_SNIPPETS.transcription, { 'path/to/audio.mp3': recording }));
    });
  });
});

function expectChat(answer: Pick<ReplayedAnswer, 'status' | 'text'>, model: string): void {
  expect(answer.status, answer.text).toBe(200);
  const completion = JSON.parse(answer.text) as Completion;
  expect(completion).toMatchObject({ model, choices: [{ finish_reason: 'stop' }] });
  expect(completion.choices[0]?.message.content.length).toBeGreaterThan(10);
}

function expectRanking({ data }: Ranking, count: number): void {
  expect(data).toHaveLength(count);
  expect(data[0]?.document.text).toBe('Paris is the capital of France.');
  const scores = data.map(({ relevance_score: score }) => score);
  expect(scores.every(Number.isFinite)).toBe(true);
  expect(scores).toEqual(scores.toSorted((one, other) => other - one));
}

function expectWords(text: string): void {
  expect(
    text
      .toLowerCase()
      .replaceAll(/[^a-z ]/g, '')
      .trim()
      .split(' '),
  ).toEqual(words);
}
