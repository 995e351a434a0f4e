import OpenAI, { toFile } from 'openai';
import { planRecording } from '../../../apps/local-aws/src/engines/speech/plan-recording.js';
import { renderRecording } from '../../../apps/local-aws/src/engines/speech/render-recording.js';
import { wavHeader } from '../../../apps/local-aws/src/engines/speech/tone-speech.js';
import { VOCABULARY } from '../../../apps/local-aws/src/engines/speech/vocabulary.js';
import type { System } from '../../setup/processes.js';

/** Takes audio in the call, in pieces of 30 seconds at most. */
export const FORM_MODEL = 'whisper-large-v3-turbo/dev';
/** What serves `FORM_MODEL`. */
export const FORM_ENDPOINT = 'vllm-whisper-endpoint';
/** Fetches audio from S3. */
export const STORED_MODEL = 'whisper-large-v3/dev';

export type RecordingOptions = Parameters<typeof planRecording>[0];

export interface Recording {
  readonly wav: Buffer;
  /** What stands behind the header: 16 kHz, mono, 16 bit. */
  readonly pcm: Buffer;
  readonly words: readonly string[];
}

/** A recording and the words that are said in it. */
export function record(options: RecordingOptions): Recording {
  const plan = planRecording(options);
  const pcm = Buffer.concat([...renderRecording(plan)]);
  return {
    wav: Buffer.concat([wavHeader(pcm.length / 2, 16_000), pcm]),
    pcm,
    words: plan.words.map(({ word }) => VOCABULARY[word]?.[0] ?? ''),
  };
}

export interface JobAnswer {
  readonly id: string;
  readonly status: string;
  readonly output_file_id: string | null;
  readonly errors: { readonly data: readonly { readonly code: string; readonly message: string }[] } | null;
  readonly progress: Record<string, unknown>;
}

/** `/v1/jobs` as somebody with recordings uses it. */
export class RecordingClient {
  readonly openai: OpenAI;

  constructor(system: System) {
    this.openai = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey });
  }

  async upload(bytes: Buffer, name = 'recording.wav'): Promise<string> {
    return (await this.openai.files.create({ file: await toFile(bytes, name), purpose: 'user_data' })).id;
  }

  async create(body: object): Promise<JobAnswer> {
    return await this.openai.post<JobAnswer>('/jobs', { body: { type: 'transcription', model: FORM_MODEL, ...body } });
  }

  async ended(id: string): Promise<JobAnswer> {
    for (;;) {
      const job = await this.openai.get<JobAnswer>(`/jobs/${id}`, { headers: { prefer: 'wait=30' } });
      if (['completed', 'failed', 'expired', 'cancelled'].includes(job.status)) return job;
    }
  }

  async transcript({ output_file_id: id }: JobAnswer): Promise<string> {
    return await (await this.openai.files.content(id ?? '')).text();
  }
}
