import { hash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import type { Inference, Transcript } from '#inference';
import { BufferPool, GatewayError, scanJsonObject } from '#platform';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { PlainDecoder } from '../testing/plain-decoder.js';
import { recordedSamples } from '../testing/recorded-samples.js';
import { hearFile, isFileOrder } from './hear-file.js';
import type { FileOrder } from './spoken-line.js';

type TranscriptionCall = Parameters<Inference['pieces']['transcribe']>[0];
type TranscriptionRequest = Parameters<Inference['pieces']['transcribe']>[1];

const KEY = 't/acme/files/file-1/content';
const KEPT_UNDER = objectKeys.lineRecording('acme', 'batch_1', 7);
const ORDER: FileOrder = {
  file: { key: KEY },
  keptUnder: KEPT_UNDER,
  format: 'json',
  granularities: ['segment'],
  language: null,
  prompt: null,
  temperature: null,
};

describe('A file in a line of a batch', () => {
  const before = process.env['TMPDIR'];
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-hear-'));
    process.env['TMPDIR'] = folder;
  });

  afterEach(async () => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    await rm(folder, { recursive: true });
  });

  const hearNumber = (request: TranscriptionRequest, piece: number) => ({
    text: `piece ${piece}`,
    language: 'de',
    segments: [{ start: 0, end: 1, text: ` piece ${piece}` }],
    durationSeconds: request.audio.bytes.length,
  });

  /** What it sounds like, so that the same samples are heard as the same whoever asks. */
  const hearSound = ({ audio }: TranscriptionRequest) => {
    const text = hash('sha256', audio.bytes);
    return { text, language: 'de', segments: [{ start: 0, end: 1, text: ` ${text}` }] };
  };

  /** Hears until the worker is gone: from then on nothing comes back. */
  function dieAt(last: number) {
    const heard: string[] = [];
    const hearUntil = (request: TranscriptionRequest, piece: number) => {
      if (piece > last) throw new GatewayError('client_closed_request', 'the worker is gone');
      heard.push(hearSound(request).text);
      return hearSound(request);
    };
    return { heard, hearUntil };
  }

  async function keysUnder(store: MemoryObjectStore, prefix: string): Promise<string[]> {
    return (await store.list(prefix)).objects.map(({ key }) => key.slice(prefix.length));
  }

  async function hear(
    content: Buffer | string,
    order: Partial<FileOrder> = {},
    transcribe: (request: TranscriptionRequest, piece: number) => object = hearNumber,
    store = new MemoryObjectStore(),
  ) {
    await store.put(KEY, content);
    const requests: TranscriptionRequest[] = [];
    const places: unknown[] = [];
    const pieces = {
      transcribe: async ({ endpoint }: TranscriptionCall, request: TranscriptionRequest) => {
        places.push(endpoint);
        // Its memory is another piece's once it is heard.
        requests.push({ ...request, audio: { ...request.audio, bytes: Buffer.from(request.audio.bytes) } });
        return await Promise.resolve(transcribe(request, requests.length) as Transcript);
      },
    };
    const body = scanJsonObject(Buffer.from(JSON.stringify({ ...ORDER, ...order })));
    const { signal } = new AbortController();
    const call = { model: 'model/dev', body, requestId: 'req_1', signal, endpoint: 'gpu' };
    const reply = hearFile('/v1/audio/transcriptions', call, {
      store,
      memory: new BufferPool(1_048_576),
      inference: { pieces },
      decoder: new PlainDecoder(),
      maxAudioSeconds: 3600,
      decodeTimeoutMs: 10_000,
      limits: { targetSeconds: 26, maxSeconds: 30 },
    });
    return { requests, places, answer: JSON.parse((await reply).body.toString('utf8')) as Record<string, unknown> };
  }

  it('is heard piece by piece and put together, the first piece deciding the language', async () => {
    const { requests, answer } = await hear(recordedSamples(20, 1, 20, 8, 5));

    expect(answer).toEqual({ text: 'piece 1 piece 2 piece 3', usage: { type: 'duration', seconds: 54 } });
    expect(requests.map(({ language }) => language)).toEqual([undefined, 'de', 'de']);
  });

  it('is heard at one endpoint, at which its line has a slot', async () => {
    const { places } = await hear(recordedSamples(20, 1, 20, 8, 5));

    expect(places).toEqual(['gpu', 'gpu', 'gpu']);
  });

  it.each([
    ['text', 'piece 1\n'],
    ['srt', expect.stringMatching(/^1\n00:00:00,000 --> /)],
    ['vtt', expect.stringMatching(/^WEBVTT\n/)],
  ] as const)('is answered with an object also as %s', async (format, text) => {
    expect((await hear(recordedSamples(5), { format })).answer).toEqual({ text });
  });

  it('is answered with times as verbose_json', async () => {
    expect((await hear(recordedSamples(5), { format: 'verbose_json' })).answer).toMatchObject({
      duration: 5,
      language: 'german',
    });
  });

  it('leaves nothing on the disk, whether it is heard, damaged, or the model fails', async () => {
    await hear(recordedSamples(5));
    await expect(hear('broken')).rejects.toMatchObject({ reason: 'invalid_value' });
    const failure = new GatewayError('upstream_error', 'away');
    const fail = (): never => {
      throw failure;
    };
    await expect(hear(recordedSamples(5), {}, fail)).rejects.toBe(failure);

    expect(await readdir(folder)).toEqual([]);
  });

  it('goes on from the pieces that an attempt before it has heard, and comes to the same transcript', async () => {
    const content = recordedSamples(20, 1, 20, 8, 5, 7, 9);
    const whole = await hear(content, {}, hearSound);
    const store = new MemoryObjectStore();
    const { heard, hearUntil } = dieAt(2);
    await expect(hear(content, {}, hearUntil, store)).rejects.toMatchObject({ reason: 'client_closed_request' });
    await store.delete([KEY]);

    const { requests, answer } = await hear('is not decoded again', {}, hearSound, store);

    expect(answer).toEqual(whole.answer);
    expect(whole.requests).toHaveLength(4);
    expect([...heard, ...requests.map((request) => hearSound(request).text)]).toEqual(
      whole.requests.map((request) => hearSound(request).text),
    );
    expect(requests.map(({ language }) => language)).toEqual(['de', 'de']);
  });

  it('is not heard again when its row was lost after all of it was heard', async () => {
    const store = new MemoryObjectStore();
    const first = await hear(recordedSamples(20, 1, 20), {}, hearSound, store);
    const second = await hear('is not decoded again', {}, hearSound, store);

    expect(second).toMatchObject({ requests: [], answer: first.answer });
  });

  it('keeps its samples no longer than until it is heard, and all it keeps under the data of its job', async () => {
    const store = new MemoryObjectStore();
    const { hearUntil } = dieAt(1);
    await expect(hear(recordedSamples(20, 1, 20), {}, hearUntil, store)).rejects.toMatchObject({
      reason: 'client_closed_request',
    });
    expect(await keysUnder(store, KEPT_UNDER)).toEqual(['pieces/0', 'plan', expect.stringMatching(/^samples\//)]);

    await hear('', {}, hearSound, store);

    expect(await keysUnder(store, KEPT_UNDER)).toEqual(['pieces/0', 'pieces/1', 'plan']);
    expect(await keysUnder(store, 't/')).toHaveLength(4);
    expect(await keysUnder(store, objectKeys.jobData('acme', 'batch_1'))).toHaveLength(3);
  });

  it('comes to one transcript when two attempts hear it side by side', async () => {
    const store = new MemoryObjectStore();
    const content = recordedSamples(20, 1, 20);
    const sayOther = (word: string) => () => ({ text: word, segments: [{ start: 0, end: 1, text: ` ${word}` }] });
    const both = await Promise.allSettled(['one', 'two'].map((word) => hear(content, {}, sayOther(word), store)));
    const again = await hear(content, {}, hearSound, store);

    const answers = both.flatMap((result) => (result.status === 'fulfilled' ? [result.value.answer] : []));
    expect(answers).not.toEqual([]);
    for (const answer of answers) expect(answer).toEqual(again.answer);
    // Whoever was too late for the samples says so as of a store that is away, and is called again.
    const reasons = both.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    for (const reason of reasons) expect(reason).toMatchObject({ reason: 'storage_unavailable' });
    expect(await keysUnder(store, KEPT_UNDER)).toEqual(['pieces/0', 'pieces/1', 'plan']);
  });

  it('is told from a piece of a recording and from a probe', () => {
    const isFile = (body: object): boolean => isFileOrder({ body: scanJsonObject(Buffer.from(JSON.stringify(body))) });

    expect([ORDER, { recording: { key: KEY, etag: 'x' }, start: 0, end: 1 }, {}].map(isFile)).toEqual([
      true,
      false,
      false,
    ]);
  });
});
