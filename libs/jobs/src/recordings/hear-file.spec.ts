import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Inference } from '#inference';
import { GatewayError, scanJsonObject } from '#platform';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { PlainDecoder } from '../testing/plain-decoder.js';
import { recordedSamples } from '../testing/recorded-samples.js';
import { hearFile, isFileOrder } from './hear-file.js';
import type { FileOrder } from './spoken-line.js';

type TranscriptionRequest = Parameters<Inference['pieces']['transcribe']>[1];

const KEY = 't/acme/files/file-1/content';
const ORDER: FileOrder = {
  file: { key: KEY },
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

  async function hear(
    content: Buffer | string,
    order: Partial<FileOrder> = {},
    transcribe = (request: TranscriptionRequest, piece: number) => ({
      text: `piece ${piece}`,
      language: 'de',
      segments: [{ start: 0, end: 1, text: ` piece ${piece}` }],
      durationSeconds: request.audio.bytes.length,
    }),
  ) {
    const store = new MemoryObjectStore();
    await store.put(KEY, content);
    const requests: TranscriptionRequest[] = [];
    const pieces = {
      transcribe: async (_call: unknown, request: TranscriptionRequest) => {
        requests.push(request);
        return await Promise.resolve(transcribe(request, requests.length));
      },
    };
    const body = scanJsonObject(Buffer.from(JSON.stringify({ ...ORDER, ...order })));
    const call = { model: 'model/dev', body, requestId: 'req_1', signal: new AbortController().signal };
    const reply = hearFile('/v1/audio/transcriptions', call, {
      store,
      inference: { pieces },
      decoder: new PlainDecoder(),
      maxAudioSeconds: 3600,
      decodeTimeoutMs: 10_000,
      limits: { targetSeconds: 26, maxSeconds: 30 },
    });
    return { requests, answer: JSON.parse((await reply).body.toString('utf8')) as Record<string, unknown> };
  }

  it('is heard piece by piece and put together, the first piece deciding the language', async () => {
    const { requests, answer } = await hear(recordedSamples(20, 1, 20, 8, 5));

    expect(answer).toEqual({ text: 'piece 1 piece 2 piece 3', usage: { type: 'duration', seconds: 54 } });
    expect(requests.map(({ language }) => language)).toEqual([undefined, 'de', 'de']);
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

  it('is told from a piece of a recording and from a probe', () => {
    const isFile = (body: object): boolean => isFileOrder({ body: scanJsonObject(Buffer.from(JSON.stringify(body))) });

    expect([ORDER, { recording: { key: KEY, etag: 'x' }, start: 0, end: 1 }, {}].map(isFile)).toEqual([
      true,
      false,
      false,
    ]);
  });
});
