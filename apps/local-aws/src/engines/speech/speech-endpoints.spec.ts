import { setTimeout as delay } from 'node:timers/promises';
import {
  InvokeEndpointAsyncCommand,
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
} from '@aws-sdk/client-sagemaker-runtime';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { useTestAws } from '../../testing/use-test-aws.js';
import { toneSpeech } from './tone-speech.js';

const test = useTestAws();
const EMD = 'EMD-Model-whisper-endpoint';
const VLLM = 'vllm-whisper-endpoint';

async function putAudio(key: string, audio: Buffer): Promise<string> {
  await test.current.s3.send(new PutObjectCommand({ Bucket: 'sluice', Key: key, Body: audio }));
  return `s3://sluice/${key}`;
}

/** The object that an asynchronous call leaves behind. */
async function resultOf(body: object): Promise<string> {
  const { OutputLocation, FailureLocation } = await test.current.sageMaker.send(
    new InvokeEndpointAsyncCommand({
      EndpointName: EMD,
      ContentType: 'application/json',
      Body: Buffer.from(JSON.stringify(body)),
    }),
  );
  for (const giveUpAt = Date.now() + 10_000; Date.now() < giveUpAt; await delay(20)) {
    for (const location of [OutputLocation, FailureLocation]) {
      const text = await read(location ?? '');
      if (text !== undefined) return text;
    }
  }
  throw new Error('the call left nothing behind');
}

async function read(location: string): Promise<string | undefined> {
  const { host: bucket, pathname } = new URL(location);
  try {
    const { Body } = await test.current.s3.send(new GetObjectCommand({ Bucket: bucket, Key: pathname.slice(1) }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}

async function formOf(
  fields: Readonly<Record<string, string>>,
  audio: Buffer,
): Promise<{ ContentType: string; Body: Buffer }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([new Uint8Array(audio)]), 'clip.wav');
  const response = new Response(form);
  return {
    ContentType: response.headers.get('content-type') ?? '',
    Body: Buffer.from(await response.arrayBuffer()),
  };
}

describe("EMD's whisper container", () => {
  it("answers openai-whisper's own dictionary for audio in S3", async () => {
    const location = await putAudio('clips/a.wav', toneSpeech(['open', 'gate']));

    const result = JSON.parse(
      await resultOf({
        audio_input: location,
        model: 'large-v3',
        bucket: null,
        key: null,
        config: { word_timestamps: true },
      }),
    ) as object;

    expect(result).toMatchObject({
      text: ' open gate',
      language: 'en',
      segments: [{ id: 0, text: ' open gate', words: [{ word: ' open' }, { word: ' gate' }] }],
    });
    expect(result).not.toHaveProperty('duration');
  });

  it('answers 200 with a bad status for audio that it cannot download', async () => {
    const request = { model: 'large-v3', bucket: null, key: null, config: {} };

    expect(await resultOf({ ...request, audio_input: 's3://sluice/clips/missing.wav' })).toBe(
      '{"status":"bad response"}',
    );
  });

  it.each(['audio_input', 'model', 'bucket', 'key', 'config'])('fails without the key %s', async (key) => {
    const location = await putAudio('clips/b.wav', toneSpeech(['one']));
    const request = { audio_input: location, model: 'large-v3', bucket: null, key: null, config: {} };

    const left = Object.fromEntries(Object.entries(request).filter(([name]) => name !== key));

    expect(await resultOf(left)).toMatch(/Received server error \(500\).*Internal Server Error/);
  });
});

describe('A container that takes forms', () => {
  const invoke = async (fields: Readonly<Record<string, string>>, audio = toneSpeech(['train', 'bridge'])) => {
    const { Body } = await test.current.sageMaker.send(
      new InvokeEndpointCommand({ EndpointName: VLLM, ...(await formOf(fields, audio)) }),
    );
    return JSON.parse(Buffer.from(Body).toString('utf8')) as unknown;
  };

  it("answers in vLLM's shapes, the duration as a string", async () => {
    expect(await invoke({})).toEqual({ text: 'train bridge', usage: { type: 'duration', seconds: 1 } });
    expect(
      await invoke({ response_format: 'verbose_json', 'timestamp_granularities[]': 'word', language: 'de' }),
    ).toMatchObject({
      duration: '0.9',
      language: 'de',
      text: 'Zug Brücke',
      words: [{ word: 'Zug' }, { word: 'Brücke' }],
    });
  });

  it('streams a chunk for each word', async () => {
    const form = await formOf({ stream: 'true' }, toneSpeech(['train', 'bridge']));
    const { Body } = await test.current.sageMaker.send(
      new InvokeEndpointWithResponseStreamCommand({ EndpointName: VLLM, ...form }),
    );
    let text = '';
    for await (const { PayloadPart } of Body ?? []) text += Buffer.from(PayloadPart?.Bytes ?? []).toString('utf8');

    const lines = text.split('\n\n').filter((line) => line !== '');
    expect(lines.at(-1)).toBe('data: [DONE]');
    expect(lines[0]).toContain('"object":"transcription.chunk"');
    expect(lines[1]).toContain('"content":" bridge"');
  });

  it('refuses what is no audio with 400', async () => {
    await expect(invoke({}, Buffer.from('# README'))).rejects.toMatchObject({
      name: 'ModelError',
      OriginalStatusCode: 400,
      OriginalMessage: expect.stringContaining('Invalid or unsupported audio file.') as string,
    });
  });
});
