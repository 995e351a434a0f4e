import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planRecording } from '../../apps/local-aws/src/engines/speech/plan-recording.js';
import { renderRecording } from '../../apps/local-aws/src/engines/speech/render-recording.js';
import { wavHeader } from '../../apps/local-aws/src/engines/speech/tone-speech.js';
import { VOCABULARY } from '../../apps/local-aws/src/engines/speech/vocabulary.js';
import { startSystem, type System } from '../setup/processes.js';

const FORM_MODEL = 'whisper-large-v3-turbo/dev';
const STORED_MODEL = 'whisper-large-v3/dev';

type RecordingOptions = Parameters<typeof planRecording>[0];

interface JobAnswer {
  readonly id: string;
  readonly status: string;
  readonly output_file_id: string | null;
  readonly errors: { readonly data: readonly { readonly message: string }[] } | null;
  readonly progress: Record<string, unknown>;
}

/** A recording and the words that are said in it. */
function record(options: RecordingOptions): { readonly wav: Buffer; readonly words: readonly string[] } {
  const plan = planRecording(options);
  const pcm = [...renderRecording(plan)];
  const samples = pcm.reduce((sum, { length }) => sum + length, 0) / 2;
  return {
    wav: Buffer.concat([wavHeader(samples, 16_000), ...pcm]),
    words: plan.words.map(({ word }) => VOCABULARY[word]?.[0] ?? ''),
  };
}

describe('A long recording', () => {
  let system: System;
  let client: OpenAI;

  beforeAll(async () => {
    system = await startSystem();
    client = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey });
  });

  afterAll(async () => {
    await system?.stop();
  });

  async function upload(bytes: Buffer, name = 'recording.wav'): Promise<string> {
    return (await client.files.create({ file: await toFile(bytes, name), purpose: 'user_data' })).id;
  }

  async function create(body: object): Promise<JobAnswer> {
    return await client.post<JobAnswer>('/jobs', { body: { type: 'transcription', model: FORM_MODEL, ...body } });
  }

  async function ended(id: string): Promise<JobAnswer> {
    for (;;) {
      const job = await client.get<JobAnswer>(`/jobs/${id}`, { headers: { prefer: 'wait=30' } });
      if (['completed', 'failed', 'expired', 'cancelled'].includes(job.status)) return job;
    }
  }

  async function transcript(job: JobAnswer): Promise<string> {
    return await (await client.files.content(job.output_file_id ?? '')).text();
  }

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
    const job = await ended((await create({ input_file_id: await upload(wav), model })).id);
    const verbose = JSON.parse(await transcript(job)) as { text: string; duration: number; language: string };

    expect(job).toMatchObject({ status: 'completed', type: 'transcription' });
    expect(verbose.text.split(' ')).toEqual(words);
    expect(verbose.duration).toBeGreaterThanOrEqual(options.seconds);
  });
});
