import { describe, expect, it } from 'vitest';
import { objectKeys, type TranscriptionOrder } from '#contracts';
import { RecordStore } from '#storage';
import { PlanReader } from '../plan/plan-reader.js';
import { collectGarbage } from '../testing/collect-garbage.js';
import { createTestBulk, TENANT, type TestBulk } from '../testing/create-test-bulk.js';
import { driveToEnd, runChunk, streamOf } from '../testing/drive-bulk.js';
import { FaultyStore } from '../testing/faulty-store.js';
import { PlainDecoder } from '../testing/plain-decoder.js';
import { failureOf, ScriptedModels, type Script } from '../testing/scripted-models.js';
import { RecordingJoins } from './recording-joins.js';
import type { RecordingTicket } from './recordings.port.js';
import { StoredRecordings } from './stored-recordings.js';

const CALLER = { tenant: TENANT, keyId: 'key-1' };
const SECOND_BYTES = 32_000;
const DAY_MS = 86_400_000;
const ORDER: TranscriptionOrder = {
  model: 'model/dev',
  format: 'text',
  granularities: ['segment'],
  language: 'en',
  prompt: null,
  temperature: null,
};

/** Twenty seconds of sound, silence of one, and sound again: two pieces. */
const RECORDING = Buffer.concat([
  Buffer.alloc(20 * SECOND_BYTES, 0x20),
  Buffer.alloc(SECOND_BYTES),
  Buffer.alloc(20 * SECOND_BYTES, 0x20),
]);

const hear: Script = ({ input }) => ({
  body: Buffer.from(JSON.stringify({ text: input.startsWith('0-') ? 'first' : 'second' })),
  usage: undefined,
});

function open(script: Script = hear) {
  const models = new ScriptedModels();
  models.script = script;
  const bulk = createTestBulk({ models, decoder: new PlainDecoder() });
  const now = (): number => bulk.clock.nowMs;
  const recordings = new StoredRecordings({ ...bulk, joins: new RecordingJoins(bulk.store), face: bulk.jobsFace, now });
  const start = async (
    more: { isRetry?: boolean; order?: Partial<TranscriptionOrder> } = {},
  ): Promise<RecordingTicket> =>
    await recordings.start(CALLER, {
      filename: 'talk.wav',
      content: streamOf(RECORDING),
      endpoint: '/v1/audio/transcriptions',
      order: () => ({ ...ORDER, ...more.order }),
      isRetry: more.isRetry ?? false,
    });
  return { bulk, recordings, start };
}

async function openCounted() {
  const { bulk, start } = open();
  const { jobId } = await start();
  const store = new FaultyStore(bulk.store);
  const records = new RecordStore(store);
  const sources = { store, records, plans: new PlanReader(records) };
  const recordings = new StoredRecordings({
    ...bulk,
    ...sources,
    joins: new RecordingJoins(store),
    face: bulk.jobsFace,
  });
  const reads = async (work: () => Promise<unknown>): Promise<number> => {
    const before = store.calls;
    await work();
    return store.calls - before;
  };
  return { bulk, jobId, recordings, reads };
}

async function textOf(recordings: StoredRecordings, jobId: string): Promise<string> {
  return (await recordings.transcript(TENANT, jobId)).body.toString();
}

async function fileCount(bulk: TestBulk): Promise<number> {
  return (await bulk.files.list(TENANT, { limit: 100, order: 'desc' })).data.length;
}

describe('StoredRecordings', () => {
  it('has a recording heard, and gives its transcript in any format', async () => {
    const { bulk, recordings, start } = open();
    const { jobId } = await start();
    expect(await recordings.look(TENANT, jobId)).toEqual({ kind: 'running' });
    await driveToEnd(bulk, jobId);

    expect(await recordings.look(TENANT, jobId)).toEqual({ kind: 'done' });
    expect(await textOf(recordings, jobId)).toBe('first second\n');
    const { body, isComplete } = await recordings.transcript(TENANT, jobId, { format: 'vtt' });
    expect([body.toString().startsWith('WEBVTT'), isComplete]).toEqual([true, true]);
  });

  it('shows what has been heard so far, in its order, and that it is not all', async () => {
    const { bulk, recordings, start } = open();
    const { jobId } = await start();
    expect(await recordings.transcript(TENANT, jobId)).toMatchObject({ isComplete: false });
    await bulk.planner.plan(TENANT, jobId);
    await runChunk(bulk, jobId, 1);

    expect(await textOf(recordings, jobId)).toBe('second\n');
    await runChunk(bulk, jobId, 0);
    expect(await recordings.transcript(TENANT, jobId)).toMatchObject({ isComplete: true });
  });

  it('tells a listener what has been heard from the start on, once more has', async () => {
    const { bulk, recordings, start } = open();
    const { jobId } = await start();
    const follower = await recordings.follow(TENANT, jobId);
    expect(await follower.next()).toBeUndefined();
    await bulk.planner.plan(TENANT, jobId);
    await runChunk(bulk, jobId, 1);
    expect(await follower.next()).toBeUndefined();

    await runChunk(bulk, jobId, 0);
    expect(await follower.next()).toMatchObject({ text: 'first second', durationSeconds: 41 });
    expect(await follower.next()).toBeUndefined();
  });

  it('reads no piece again for a listener, and one object where nothing has come', async () => {
    const { bulk, jobId, recordings, reads } = await openCounted();
    const follower = await recordings.follow(TENANT, jobId);
    await bulk.planner.plan(TENANT, jobId);
    await follower.next();
    const idle = await reads(async () => await follower.next());
    await runChunk(bulk, jobId, 0);
    const first = await reads(async () => await follower.next());
    await runChunk(bulk, jobId, 1);
    const second = await reads(async () => await follower.next());

    // A commit and its rows, and for as long as there are more chunks the commit that is not there yet.
    expect({ idle, first, second }).toEqual({ idle: 1, first: 3, second: 2 });
    expect(await reads(async () => await follower.next())).toBe(0);
  });

  it('joins a request that is sent again to the job that it began', async () => {
    const { bulk, start } = open();
    const first = await start();
    const again = await start({ isRetry: true });
    await driveToEnd(bulk, first.jobId);
    const late = await start({ isRetry: true });

    expect([again.jobId, late.jobId]).toEqual([first.jobId, first.jobId]);
    expect(await fileCount(bulk)).toBe(2);
  });

  it('takes two equal requests for two, unless the second says that it was sent before', async () => {
    const { start } = open();

    expect((await start()).jobId).not.toBe((await start()).jobId);
  });

  it('does not join what was asked for otherwise, nor what has come to nothing', async () => {
    const { bulk, recordings, start } = open(() => {
      throw failureOf('upstream_rejected');
    });
    const first = await start();
    const other = await start({ isRetry: true, order: { prompt: 'Sluice' } });
    await driveToEnd(bulk, first.jobId);
    const again = await start({ isRetry: true });

    expect(await recordings.look(TENANT, first.jobId)).toMatchObject({
      kind: 'failed',
      error: { reason: 'upstream_error' },
    });
    expect(new Set([first.jobId, other.jobId, again.jobId]).size).toBe(3);
  });

  it('cancels what nobody waits for any more', async () => {
    const { bulk, recordings, start } = open();
    const ticket = await start();
    await recordings.abandon(TENANT, ticket);

    expect(await driveToEnd(bulk, ticket.jobId)).toMatchObject({ status: 'cancelled' });
    expect(await recordings.look(TENANT, ticket.jobId)).toMatchObject({
      kind: 'failed',
      error: { reason: 'conflict' },
    });
  });

  it('does not cancel what somebody has come to wait for since', async () => {
    const { bulk, recordings, start } = open();
    const ticket = await start();
    bulk.clock.nowMs += 10;
    await start({ isRetry: true });
    await recordings.abandon(TENANT, ticket);

    expect(await driveToEnd(bulk, ticket.jobId)).toMatchObject({ status: 'completed' });
  });

  it('says what is wrong with a recording that cannot be read', async () => {
    const { bulk, recordings } = open();
    const broken = { filename: 'a', content: streamOf('broken'), endpoint: '/v1/audio/transcriptions' } as const;
    const { jobId } = await recordings.start(CALLER, { ...broken, order: () => ORDER, isRetry: false });
    await driveToEnd(bulk, jobId);

    expect(await recordings.look(TENANT, jobId)).toMatchObject({
      kind: 'failed',
      error: { reason: 'invalid_value', param: 'file', message: "Invalid 'file': it is damaged." },
    });
  });

  it('points to the file once the pieces are not kept any more', async () => {
    const { bulk, recordings, start } = open();
    const { jobId } = await start();
    const { outputFileId } = await driveToEnd(bulk, jobId);
    bulk.clock.nowMs += DAY_MS + 60_000;
    await collectGarbage(bulk);

    await expect(recordings.transcript(TENANT, jobId)).rejects.toMatchObject({
      reason: 'not_found',
      message: expect.stringContaining(`Read its file ${outputFileId}`) as string,
    });
  });

  it("shows nobody another tenant's recording, nor a job that transcribes nothing", async () => {
    const { bulk, recordings, start } = open();
    const { jobId } = await start();

    await expect(recordings.look('other', jobId)).rejects.toMatchObject({ reason: 'not_found' });
    await expect(recordings.transcript('other', jobId)).rejects.toMatchObject({ reason: 'not_found' });
    const content = streamOf('{"text":"a"}\n');
    const file = await bulk.files.create({ tenant: TENANT, filename: 'a.jsonl', purpose: 'batch', content });
    const job = await bulk.jobsFace.create(CALLER, { type: 'embeddings', model: 'model/dev', input_file_id: file.id });
    await expect(recordings.transcript(TENANT, job.id)).rejects.toMatchObject({
      reason: 'invalid_request',
      param: 'id',
    });
    expect(await bulk.store.list(objectKeys.recordingJoins('other'))).toMatchObject({ objects: [] });
  });
});
