import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createInference, readInferenceConfig, type Inference, type TranscriptionCall } from '#inference';
import { GatewayError } from '#platform';
import { S3ObjectExchange } from '#storage';
import { toneSpeech } from '../../../apps/local-aws/src/engines/speech/tone-speech.js';
import { startTestAws, type TestAws } from '../../../apps/local-aws/src/testing/start-test-aws.js';
import { logger, optionsFor } from './open-stage.js';

const EMD = { model: 'whisper', endpoint: 'EMD-Model-whisper-endpoint' };
const FORM = { model: 'forms', endpoint: 'vllm-whisper-endpoint' };
const SERVER = { model: 'server' };

describe('Transcriptions', () => {
  let stage: TestAws;
  let server: Server;
  const paths: (string | undefined)[] = [];
  let folder: string;
  let inference: Inference;
  let withoutStorage: Inference;
  let exchange: S3ObjectExchange;

  beforeAll(async () => {
    stage = await startTestAws();
    server = createServer((request, response) => {
      paths.push(request.url);
      request.resume().on('end', () => {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"text":"from a server","duration":"2.5"}');
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    folder = await mkdtemp(join(tmpdir(), 'sluice-speech-'));
    const path = join(folder, 'sluice.yaml');
    await writeFile(path, JSON.stringify({ models: entries() }));
    const config = {
      ...readInferenceConfig({ SLUICE_CATALOG: path }),
      sageMaker: optionsFor(stage.aws.url, stage.aws.credentials),
      maxRetries: 0,
      holdMs: 50,
      keepAliveMs: 50,
    };
    exchange = new S3ObjectExchange(
      {
        bucket: 'sluice',
        region: 'us-east-1',
        endpoint: stage.aws.url,
        forcePathStyle: true,
        requestTimeoutMs: 10_000,
        maxAttempts: 1,
        maxSockets: 16,
      },
      { credentials: stage.aws.credentials },
    );
    inference = await createInference(config, logger, undefined, exchange);
    withoutStorage = await createInference(config, logger);
  });

  afterEach(() => {
    stage.aws.faults.clear();
    stage.aws.witness.clear();
  });

  afterAll(async () => {
    await inference.close();
    await withoutStorage.close();
    exchange.close();
    server.closeAllConnections();
    server.close();
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  });

  function entries(): object[] {
    const common = { type: 'transcription', adapter: 'whisper-multipart' };
    const { port } = server.address() as AddressInfo;
    return [
      {
        ...common,
        id: EMD.model,
        target: { kind: 'sagemaker', endpoint: EMD.endpoint },
        transports: ['async'],
        adapter: 'emd-whisper',
      },
      {
        ...common,
        id: FORM.model,
        target: { kind: 'sagemaker', endpoint: FORM.endpoint },
        transports: ['invoke', 'invoke-stream'],
        servedName: 'whisper-large-v3-turbo',
        limits: { payloadBytes: 200_000 },
      },
      {
        ...common,
        id: SERVER.model,
        target: { kind: 'http', baseUrl: `http://127.0.0.1:${port}` },
        transports: ['http'],
      },
    ];
  }

  function callOf(model: string, more: Partial<TranscriptionCall> & { fields?: Map<string, string[]> } = {}) {
    return {
      model,
      requestId: 'req_1',
      signal: new AbortController().signal,
      audio: { bytes: toneSpeech(['early', 'train']), filename: 'clip.wav', contentType: 'audio/wav' },
      fields: new Map<string, string[]>(),
      ...more,
    };
  }

  async function storedInputs(): Promise<number> {
    const { KeyCount } = await stage.s3.send(new ListObjectsV2Command({ Bucket: 'sluice', Prefix: 'async/' }));
    return KeyCount ?? 0;
  }

  async function read(frames: AsyncIterable<Buffer>): Promise<string[]> {
    const texts: string[] = [];
    for await (const frame of frames) texts.push(frame.toString('utf8'));
    return texts;
  }

  it('leave no audio behind in storage', async () => {
    const { body } = await inference.useCases.transcriptions.create(callOf(EMD.model));

    expect(body.toString('utf8')).toContain('"early train"');
    await expect.poll(storedInputs).toBe(0);
  });

  it('stop being waited for when their caller leaves, the audio removed', async () => {
    stage.aws.faults.add({ target: EMD.endpoint, kind: 'slow', delayMs: 20_000 });
    const caller = new AbortController();
    const left = new GatewayError('client_closed_request', 'left');
    const answer = inference.useCases.transcriptions.create(callOf(EMD.model, { signal: caller.signal }));
    await expect.poll(() => stage.aws.witness.list({ endpoint: EMD.endpoint }).length).toBe(1);
    expect(await storedInputs()).toBe(1);
    caller.abort(left);

    await expect(answer).rejects.toBe(left);
    await expect.poll(storedInputs).toBe(0);
  });

  it('show that they are alive while a streamed answer lets itself be waited for', async () => {
    stage.aws.faults.add({ target: EMD.endpoint, kind: 'slow', delayMs: 400 });
    const { frames } = await inference.useCases.transcriptions.stream(callOf(EMD.model));
    const texts = await read(frames);

    expect(texts[0]).toBe('data: {"type":"transcript.text.delta","delta":""}\n\n');
    expect(texts.at(-2)).toContain('"text":"early train"');
    expect(texts.at(-1)).toBe('data: [DONE]\n\n');
  });

  it('fail with a status of their own where the stream is refused at once', async () => {
    const audio = { bytes: Buffer.from('# README'), filename: 'README.md', contentType: 'text/markdown' };
    const patient = inference.useCases.transcriptions.stream(callOf(FORM.model, { audio }));

    await expect(patient).rejects.toMatchObject({ status: 400, param: 'file' });
  });

  it('throw where a stream is cut, without its end', async () => {
    stage.aws.faults.add({ target: FORM.endpoint, kind: 'cut', afterBytes: 300 });
    const texts: string[] = [];
    const reading = async (): Promise<void> => {
      const { frames } = await inference.useCases.transcriptions.stream(callOf(FORM.model));
      for await (const frame of frames) texts.push(frame.toString('utf8'));
    };

    await expect(reading()).rejects.toBeInstanceOf(GatewayError);
    expect(texts.join('')).not.toContain('[DONE]');
  });

  it('refuse a clip that the endpoint would not take', async () => {
    const audio = { bytes: Buffer.alloc(250_000), filename: 'long.wav', contentType: 'audio/wav' };

    await expect(inference.useCases.transcriptions.create(callOf(FORM.model, { audio }))).rejects.toMatchObject({
      status: 413,
      reason: 'body_too_large',
    });
  });

  it('reach any server under the path of their task', async () => {
    const spoken = await inference.useCases.transcriptions.create(callOf(SERVER.model));
    await inference.useCases.translations.create(callOf(SERVER.model));

    expect(paths).toEqual(['/v1/audio/transcriptions', '/v1/audio/translations']);
    expect(JSON.parse(spoken.body.toString('utf8'))).toEqual({
      text: 'from a server',
      usage: { type: 'duration', seconds: 3 },
    });
  });

  it('say so in a process that has no storage, where only those models suffer that need it', async () => {
    await expect(withoutStorage.useCases.transcriptions.create(callOf(EMD.model))).rejects.toMatchObject({
      reason: 'unsupported_model',
    });
    const { body } = await withoutStorage.useCases.transcriptions.create(callOf(FORM.model));
    expect(body.toString('utf8')).toContain('early train');
  });
});
