import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import OpenAI from 'openai';
import OpenAI6 from 'openai-6';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { finishedBatch, readRows, toLines, uploadInput } from './support/batches.js';
import { FORM_ENDPOINT, FORM_MODEL, record, RecordingClient, STORED_MODEL } from './support/recordings.js';

/** What somebody waits for; `SLUICE_TEST_RECORDING_SECONDS=1800` takes minutes and shows half an hour in every format. */
const WAITED_SECONDS = Number(process.env['SLUICE_TEST_RECORDING_SECONDS'] ?? 70);
const TIMEOUT_MS = 60_000 + WAITED_SECONDS * 500;

describe('A long recording', () => {
  let system: System;
  let client: RecordingClient;

  beforeAll(async () => {
    system = await startSystem({ environment: { SLUICE_S3_INPUT_BUCKETS: 'recordings/{tenant}/' } });
    client = new RecordingClient(system);
  });

  afterAll(async () => {
    await system?.stop();
  });

  it.each([
    [
      'with pauses',
      { seed: 1, seconds: 150, pauseSeconds: [0, 0.6], longPauseEvery: 8, longPauseSeconds: 7 },
      FORM_MODEL,
    ],
    ['that never pauses', { seed: 2, seconds: 100, pauseSeconds: [0, 0] }, FORM_MODEL],
    ['for a container that fetches it', { seed: 3, seconds: 100, pauseSeconds: [0, 0.6] }, STORED_MODEL],
  ] as const)('%s becomes one transcript with each word once', async (_what, options, model) => {
    const { wav, words } = record(options);
    const job = await client.ended((await client.create({ input_file_id: await client.upload(wav), model })).id);
    const verbose = JSON.parse(await client.transcript(job)) as { text: string; duration: number; language: string };

    expect(job).toMatchObject({ status: 'completed', type: 'transcription' });
    expect(verbose.text.split(' ')).toEqual(words);
    expect(verbose.duration).toBeGreaterThanOrEqual(options.seconds);
  });

  describe.each([
    ['7', OpenAI],
    ['6', OpenAI6 as unknown as typeof OpenAI],
  ])('sent to be transcribed at once with version %s of the SDK', { timeout: TIMEOUT_MS }, (_major, Client) => {
    const { wav, words } = record({ seed: 4, seconds: WAITED_SECONDS, pauseSeconds: [0, 0.5] });
    const text = words.join(' ');

    function transcribe<T>(body: object): Promise<T> {
      const sdk = new Client({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey });
      const file = new File([new Uint8Array(wav)], 'talk.wav');
      const request = { model: FORM_MODEL, file, ...body } as Parameters<typeof sdk.audio.transcriptions.create>[0];
      return sdk.audio.transcriptions.create(request) as unknown as Promise<T>;
    }

    it('is answered as json and as plain text', async () => {
      expect(await transcribe<{ text: string }>({})).toMatchObject({ text, usage: { type: 'duration' } });
      expect(await transcribe<string>({ response_format: 'text' })).toBe(`${text}\n`);
    });

    it('is answered as verbose_json with the times of words', async () => {
      const verbose = await transcribe<{ words: { word: string; start: number }[] }>({
        response_format: 'verbose_json',
        timestamp_granularities: ['word'],
      });

      expect(verbose.words.map(({ word }) => word)).toEqual(words);
      expect(verbose.words.map(({ start }) => start)).toEqual(
        verbose.words.map(({ start }) => start).toSorted((a, b) => a - b),
      );
    });

    it('is answered as subtitles', async () => {
      const srt = await transcribe<string>({ response_format: 'srt' });
      const vtt = await transcribe<string>({ response_format: 'vtt' });

      expect(srt).toMatch(/^1\n00:00:00,\d{3} --> 00:00:/);
      expect(vtt).toMatch(/^WEBVTT\n\n00:00:00\.\d{3} --> /);
      for (const subtitles of [srt, vtt]) {
        expect(
          subtitles
            .split('\n')
            .filter((line) => /^[a-z]/.test(line))
            .join(' '),
        ).toBe(text);
      }
    });

    it('is streamed', async () => {
      const stream = await transcribe<AsyncIterable<{ type: string; delta?: string; text?: string }>>({ stream: true });
      const events = await Array.fromAsync(stream);

      expect(events.map(({ delta }) => delta ?? '').join('')).toBe(text);
      expect(events.at(-1)).toMatchObject({ type: 'transcript.text.done', text });
    });
  });

  it('is read from a bucket that the operator has allowed, and from no other', async () => {
    const { wav, words } = record({ seed: 8, seconds: 40, pauseSeconds: [0, 0.5] });
    const s3 = new S3Client({
      endpoint: new URL(system.controlUrl).origin,
      region: 'us-east-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'sluice-local', secretAccessKey: 'sluice-local-secret' },
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'recordings' }));
    await s3.send(new PutObjectCommand({ Bucket: 'recordings', Key: 'default/talks/erste Übung.wav', Body: wav }));
    s3.destroy();
    const job = await client.ended(
      (await client.create({ input_s3: 's3://recordings/default/talks/erste Übung.wav' })).id,
    );

    expect(JSON.parse(await client.transcript(job))).toMatchObject({ text: words.join(' ') });
    for (const location of ['s3://recordings/other/a.wav', 's3://sluice/t/default/files/x/content']) {
      await expect(client.create({ input_s3: location })).rejects.toMatchObject({ status: 400, param: 'input_s3' });
    }
  });

  it('is a line of a batch, answered in the format of its line', async () => {
    const long = record({ seed: 6, seconds: 90, pauseSeconds: [0, 0.5] });
    const short = record({ seed: 7, seconds: 5, pauseSeconds: [0, 0.5] });
    const [longId, shortId, brokenId] = await Promise.all([
      client.upload(long.wav),
      client.upload(short.wav),
      client.upload(Buffer.from('This is no recording.')),
    ]);
    const lines = [
      { file_id: longId, response_format: 'verbose_json', timestamp_granularities: ['word'] },
      { file_id: shortId, response_format: 'srt' },
      { file_id: brokenId },
    ].map((body, index) => ({
      custom_id: `line-${index}`,
      method: 'POST',
      url: '/v1/audio/transcriptions',
      body: { model: FORM_MODEL, ...body },
    }));
    const batch = await client.openai.batches.create({
      input_file_id: await uploadInput(client.openai, toLines(lines)),
      // Ours: OpenAI's own batches transcribe nothing.
      endpoint: '/v1/audio/transcriptions' as '/v1/embeddings',
      completion_window: '24h',
    });
    const { output_file_id: output, error_file_id: errors } = await finishedBatch(client.openai, batch.id);
    const [first, second] = await readRows(client.openai, output);
    const [failed] = await readRows(client.openai, errors);

    expect(first?.response?.body).toMatchObject({ text: long.words.join(' '), duration: expect.any(Number) as number });
    expect(first?.response?.body['words']).toMatchObject(long.words.map((word) => ({ word })));
    expect(second?.response?.body['text']).toMatch(/^1\n00:00:0/);
    expect(failed).toMatchObject({
      custom_id: 'line-2',
      response: { status_code: 400, body: { error: { param: 'file', code: 'invalid_value' } } },
    });
  });

  it('goes on under the hands of a client that sends it again, and is heard once', async () => {
    const { wav, words } = record({ seed: 5, seconds: 120, pauseSeconds: [0, 0.5] });
    const before = (await system.witness()).length;
    await system.addFault({ target: FORM_ENDPOINT, kind: 'slow', delayMs: 1500 });
    const send = (headers: Record<string, string>, signal?: AbortSignal): Promise<{ text: string }> =>
      client.openai.audio.transcriptions.create(
        { model: FORM_MODEL, file: new File([new Uint8Array(wav)], 'talk.wav') },
        { headers, maxRetries: 0, signal: signal ?? null },
      );
    const leave = new AbortController();
    const first = send({}, leave.signal);
    await system.witnessed((calls) => calls.length > before, 60_000);
    leave.abort();
    await expect(first).rejects.toThrow(/abort/i);
    const second = await send({ 'x-stainless-retry-count': '1' });
    await system.clearFaults();

    expect(second.text).toBe(words.join(' '));
    const inputs = (await system.witness()).slice(before).flatMap((call) => call.inputs);
    expect(inputs.length).toBeGreaterThan(3);
    expect(new Set(inputs).size).toBe(inputs.length);
  });
});
