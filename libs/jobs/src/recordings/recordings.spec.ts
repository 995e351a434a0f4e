import { setTimeout as delay } from 'node:timers/promises';
import { AudioDecoder, SAMPLE_RATE_HZ, type DecodeRequest } from '#audio';
import { objectKeys, type JobPlan, type JobRecord, type TranscriptionOrder } from '#contracts';
import { newTimeOrderedId } from '#platform';
import { describe, expect, it } from 'vitest';
import { JOBS_FACE } from '../records/job-faces.js';
import { newRecord } from '../records/new-record.js';
import { createTestBulk, TENANT, type TestBulk } from '../testing/create-test-bulk.js';
import { driveToEnd, runChunk, streamOf } from '../testing/drive-bulk.js';
import { PlainDecoder } from '../testing/plain-decoder.js';
import { recordedSamples } from '../testing/recorded-samples.js';
import { failureOf, ScriptedModels, type ScriptedCall } from '../testing/scripted-models.js';

const ORDER: TranscriptionOrder = {
  model: 'model/dev',
  format: 'verbose_json',
  granularities: ['word'],
  language: null,
  prompt: null,
  temperature: null,
};

/** Hears in each piece one word, which says where the piece begins. */
function hearStart({ input }: Pick<ScriptedCall, 'input'>) {
  const word = `at${Math.round(Number(input.split('-')[0]) / SAMPLE_RATE_HZ)}`;
  const body = {
    text: word,
    language: 'de',
    segments: [{ start: 0, end: 1, text: ` ${word}` }],
    words: [{ word, start: 0, end: 1 }],
  };
  return { body: Buffer.from(JSON.stringify(body)), usage: undefined };
}

function createBulk(script: (call: ScriptedCall) => ReturnType<typeof hearStart> = hearStart): TestBulk {
  const models = new ScriptedModels();
  models.script = script;
  return createTestBulk({ models, decoder: new PlainDecoder() });
}

async function createJob(
  bulk: TestBulk,
  recording: Buffer | string,
  order: Partial<TranscriptionOrder> = {},
): Promise<string> {
  const content = streamOf(recording);
  const file = await bulk.files.create({ tenant: TENANT, filename: 'a.wav', purpose: 'user_data', content });
  const nowMs = bulk.clock.nowMs;
  const seed = {
    id: newTimeOrderedId('job_', nowMs),
    kind: 'transcription',
    endpoint: '/v1/audio/transcriptions',
    tenant: TENANT,
    keyId: 'key-1',
    inputFileId: file.id,
    completionWindow: '24h',
    metadata: null,
    outputExpiresAfterSeconds: null,
    transcription: { ...ORDER, ...order },
  } as const;
  await bulk.commands.accept(newRecord(seed, nowMs), ['user_data']);
  return seed.id;
}

async function transcriptOf(bulk: TestBulk, { outputFileId }: JobRecord): Promise<string> {
  const { body } = await bulk.files.content(TENANT, outputFileId ?? '');
  return Buffer.concat(await Array.fromAsync(body as AsyncIterable<Buffer>)).toString('utf8');
}

describe('A job that transcribes', () => {
  it('puts the pieces of a recording together, in the time of the recording', async () => {
    const bulk = createBulk();
    const jobId = await createJob(bulk, recordedSamples(20, 1, 20, 8, 5));
    const record = await driveToEnd(bulk, jobId);
    const transcript = JSON.parse(await transcriptOf(bulk, record)) as {
      text: string;
      duration: number;
      words: object[];
    };

    expect(record).toMatchObject({
      status: 'completed',
      audioSeconds: 54,
      counts: { total: 3, completed: 3, failed: 0 },
    });
    expect(transcript).toMatchObject({ text: 'at0 at21 at49', duration: 54, language: 'german' });
    expect(transcript.words).toEqual([
      { word: 'at0', start: 0, end: 1 },
      { word: 'at21', start: 20.8, end: 21.8 },
      { word: 'at49', start: 48.8, end: 49.8 },
    ]);
  });

  it('sends the samples of each piece once, in the ranges of one object', async () => {
    const bulk = createBulk();
    await driveToEnd(bulk, await createJob(bulk, recordedSamples(20, 1, 20)));

    expect(bulk.models.inputs.toSorted()).toEqual(['0-323200', '332800-656000']);
  });

  it('lets the first piece decide the language of the others, which wait for it', async () => {
    const languages: unknown[] = [];
    const bulk = createBulk((call) => {
      languages.push(call.body.value('language'));
      return hearStart(call);
    });
    const jobId = await createJob(bulk, recordedSamples(20, 1, 20));
    await bulk.planner.plan(TENANT, jobId);

    expect(await runChunk(bulk, jobId, 1)).toMatchObject({
      kind: 'later',
      reason: expect.stringContaining('language') as string,
    });
    await runChunk(bulk, jobId, 0);
    await runChunk(bulk, jobId, 1);
    expect(languages).toEqual([null, 'de']);
  });

  it('does not wait where the caller has said the language', async () => {
    const bulk = createBulk();
    const jobId = await createJob(bulk, recordedSamples(20, 1, 20), { language: 'fr' });
    await bulk.planner.plan(TENANT, jobId);

    expect(await runChunk(bulk, jobId, 1)).toEqual({ kind: 'committed' });
  });

  it('goes on without a language where nobody could tell it', async () => {
    const bulk = createBulk((call) => {
      if (call.input.startsWith('0-')) throw failureOf('upstream_rejected');
      return hearStart(call);
    });
    const record = await driveToEnd(bulk, await createJob(bulk, recordedSamples(20, 1, 20)));

    expect(record).toMatchObject({ status: 'completed', counts: { completed: 1, failed: 1 } });
  });

  it('leaves a gap where a piece failed, and says so in the error file', async () => {
    const bulk = createBulk((call) => {
      if (call.input.startsWith('332800-')) throw failureOf('upstream_rejected');
      return hearStart(call);
    });
    const record = await driveToEnd(bulk, await createJob(bulk, recordedSamples(20, 1, 20, 8, 5), { format: 'text' }));

    expect(await transcriptOf(bulk, record)).toBe('at0 at49\n');
    const errors = await transcriptOf(bulk, { ...record, outputFileId: record.errorFileId });
    expect(JSON.parse(errors)).toEqual({
      piece: 1,
      error: { code: null, message: 'The model failed: upstream_rejected.' },
    });
  });

  it('says of a gap where it is and why it is there', async () => {
    const bulk = createBulk((call) => {
      if (call.input.startsWith('332800-')) throw failureOf('upstream_rejected');
      return hearStart(call);
    });
    const whole = await driveToEnd(bulk, await createJob(bulk, recordedSamples(20, 1, 5)));
    const gapped = await driveToEnd(bulk, await createJob(bulk, recordedSamples(20, 1, 20, 8, 5)));

    expect(JSON.parse(await transcriptOf(bulk, whole))).not.toHaveProperty('gaps');
    expect(JSON.parse(await transcriptOf(bulk, gapped))).toMatchObject({
      gaps: [{ start: 20.8, end: 41.2, reason: 'The model failed: upstream_rejected.' }],
    });
  });

  it('gives an empty transcript of silence, without asking anyone', async () => {
    const bulk = createBulk();
    const record = await driveToEnd(bulk, await createJob(bulk, recordedSamples(0, 30), { format: 'json' }));

    expect(record).toMatchObject({ status: 'completed', counts: { total: 0, completed: 0, failed: 0 } });
    expect(JSON.parse(await transcriptOf(bulk, record))).toEqual({
      text: '',
      usage: { type: 'duration', seconds: 30 },
    });
    expect(bulk.models.inputs).toEqual([]);
  });

  it('fails with what is wrong with its file', async () => {
    const bulk = createBulk();
    const record = await driveToEnd(bulk, await createJob(bulk, 'broken'));

    expect(record).toMatchObject({
      status: 'failed',
      errors: [
        { code: 'invalid_value', message: "Invalid 'file': it is damaged.", param: 'input_file_id', line: null },
      ],
    });
  });

  it('waits on a worker without a decoder for one that has one', async () => {
    const bulk = createBulk();
    const bare = createTestBulk({ store: bulk.store, queue: bulk.queue, models: bulk.models });
    const jobId = await createJob(bulk, recordedSamples(20, 1, 5));
    const task = { version: 1, task: 'plan', tenant: TENANT, jobId } as const;

    expect(await bare.control.run(task)).toEqual({ kind: 'later', delayMs: expect.any(Number) as number });
    expect(await bulk.control.run(task)).toEqual({ kind: 'done' });
    expect(await driveToEnd(bulk, jobId)).toMatchObject({ status: 'completed', counts: { completed: 1 } });
  });

  it('is not decoded to the end once it is cancelled', async () => {
    let isDecoding = (): void => undefined;
    const decoding = new Promise<void>((resolve) => (isDecoding = resolve));
    class EndlessDecoder extends AudioDecoder {
      async *decode({ signal }: DecodeRequest): AsyncGenerator<Buffer> {
        isDecoding();
        for (;;) {
          signal.throwIfAborted();
          yield Buffer.alloc(32);
          await delay(1);
        }
      }
    }
    const bulk = createTestBulk({ decoder: new EndlessDecoder() });
    const jobId = await createJob(bulk, recordedSamples(1));
    const planning = bulk.control.run({ version: 1, task: 'plan', tenant: TENANT, jobId });
    await decoding;
    await bulk.commands.cancel(await bulk.jobs.read(TENANT, jobId, JOBS_FACE));

    expect(await planning).toMatchObject({ kind: 'later' });
    expect(await driveToEnd(bulk, jobId)).toMatchObject({ status: 'cancelled' });
    await expect(bulk.store.head(objectKeys.recording(TENANT, jobId))).rejects.toMatchObject({ reason: 'not_found' });
  });

  it('is planned once: a second planner keeps the first plan', async () => {
    const bulk = createBulk();
    const jobId = await createJob(bulk, recordedSamples(20, 1, 20));
    await bulk.planner.plan(TENANT, jobId);
    const plan = (await bulk.records.read<JobPlan>(objectKeys.plan(TENANT, jobId)))?.value;
    await bulk.planner.plan(TENANT, jobId);

    expect((await bulk.records.read<JobPlan>(objectKeys.plan(TENANT, jobId)))?.value).toEqual(plan);
  });

  it('removes the decoded recording at its end and keeps the file that was sent', async () => {
    const bulk = createBulk();
    const record = await driveToEnd(bulk, await createJob(bulk, recordedSamples(20, 1, 20)));

    await expect(bulk.store.head(objectKeys.recording(TENANT, record.id))).rejects.toMatchObject({
      reason: 'not_found',
    });
    await expect(bulk.files.retrieve(TENANT, record.inputFileId)).resolves.toMatchObject({ purpose: 'user_data' });
  });
});
