import { hash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrapWav } from '#audio';
import { chunkName, objectKeys, type RecordingPlan } from '#contracts';
import { finishedBatch, readRows, toLines, uploadInput } from '../e2e/support/batches.js';
import { FORM_ENDPOINT, FORM_MODEL, record, RecordingClient } from '../e2e/support/recordings.js';
import { Random } from '../fuzz/random.js';
import { startSystem, type Fault, type System } from '../setup/processes.js';
import { heldRequest, placesOfRun } from './harness/held-requests.js';
import { StoredObjects, TENANT } from './harness/stored-objects.js';
import { waitFor } from './harness/wait-for.js';

const PIECES = 8;
/** Of the whole run, each the place of a point in `drawPoint`. */
const POINTS = placesOfRun(2);

/** Where a worker dies: at a request to S3 that is held for it, or once so many pieces are sent or kept. */
type KillPoint = { readonly name: string } & (
  { readonly fault: Fault } | { readonly sent: number } | { readonly kept: number }
);

/** A kind of point after the other; which of its kind is drawn. */
function drawPoint(place: number): KillPoint {
  const random = new Random(place + 1);
  const piece = 1 + random.below(PIECES - 2);
  const points: readonly KillPoint[] = [
    { name: 'some of it is kept', kept: 2 + random.below(PIECES - 3) },
    { name: `piece ${piece} is kept`, fault: heldRequest('PutObject', `/lines/0/pieces/${piece}$`) },
    { name: 'pieces are heard', sent: 2 + random.below(PIECES - 3) },
    { name: 'the plan is kept', fault: heldRequest('PutObject', '/lines/0/plan$') },
    { name: 'its row is written', fault: heldRequest('PutObject', `/data/${chunkName(0)}/output/`) },
    { name: 'samples are stored', fault: heldRequest('UploadPart', '/lines/0/samples/') },
    { name: 'its chunk is committed', fault: heldRequest('PutObject', `/commits/${chunkName(0)}$`) },
    { name: 'samples are read', fault: heldRequest('GetObject', '/lines/0/samples/') },
  ];
  return points[place % points.length] ?? points[0]!;
}

describe('A worker that hears a line of a batch and is killed', () => {
  const recording = record({ seed: 17, seconds: 200, pauseSeconds: [0, 0.5] });
  const folders = { spool: '' };
  let system: System;
  let client: RecordingClient;
  let objects: StoredObjects;
  let batchInput = '';
  let undisturbed: unknown;

  beforeAll(async () => {
    folders.spool = await mkdtemp(join(tmpdir(), 'sluice-faults-'));
    const quick = { SLUICE_SWEEP_MS: '1000', SLUICE_CHECKPOINT_MS: '200', SLUICE_SEAL_GRACE_MS: '2000' };
    system = await startSystem({ environment: { ...quick, TMPDIR: folders.spool } });
    client = new RecordingClient(system);
    objects = new StoredObjects(system.controlUrl);
    const body = { model: FORM_MODEL, file_id: await client.upload(recording.wav), response_format: 'verbose_json' };
    const line = { custom_id: 'talk', method: 'POST', url: '/v1/audio/transcriptions', body };
    batchInput = await uploadInput(client.openai, toLines([line]));
    undisturbed = await transcriptOf(await create());
  }, 120_000);

  afterAll(async () => {
    objects?.close();
    await system?.stop();
    await rm(folders.spool, { recursive: true, force: true });
  });

  async function create(): Promise<string> {
    const { id } = await client.openai.batches.create({
      input_file_id: batchInput,
      // Ours: OpenAI's own batches transcribe nothing.
      endpoint: '/v1/audio/transcriptions' as '/v1/embeddings',
      completion_window: '24h',
    });
    return id;
  }

  async function transcriptOf(batchId: string): Promise<unknown> {
    const { output_file_id: output } = await finishedBatch(client.openai, batchId);
    const rows = await readRows(client.openai, output);
    expect(rows).toHaveLength(1);
    return JSON.stringify(rows[0]?.response?.body);
  }

  /** What each piece sounds like to the witness, in order. */
  async function digestsOf(batchId: string): Promise<readonly string[]> {
    const key = `${objectKeys.lineRecording(TENANT, batchId, 0)}plan`;
    const plan = await objects.record<{ readonly recording: RecordingPlan }>(key);
    return (plan?.recording.pieces ?? []).map(([start, end]) =>
      hash('sha256', wrapWav(recording.pcm.subarray(start * 2, end * 2))),
    );
  }

  /** Indices of the pieces of which the store has what was heard. */
  async function kept(batchId: string): Promise<ReadonlySet<number>> {
    const prefix = `${objectKeys.lineRecording(TENANT, batchId, 0)}pieces/`;
    return new Set((await objects.list(prefix)).map((key) => Number(key.slice(prefix.length))));
  }

  async function isMet(point: KillPoint, batchId: string, before: number): Promise<boolean> {
    if ('fault' in point)
      return (await system.control.faults()).some(({ kind, fired }) => kind === 'stall' && fired > 0);
    if ('kept' in point) return (await kept(batchId)).size >= point.kept;
    return (await system.witness()).length - before >= point.sent;
  }

  it.each(POINTS)(
    'leaves the rest to the next, which sends no piece again that was kept (point %i)',
    async (place) => {
      const point = drawPoint(place);
      const before = (await system.witness()).length;
      if ('fault' in point) await system.addFault(point.fault);
      await system.addFault({ target: FORM_ENDPOINT, kind: 'slow', delayMs: 300 });
      const batchId = await create();
      await waitFor(point.name, async () => ((await isMet(point, batchId, before)) ? true : undefined));
      await system.kill('worker', 'SIGKILL');
      const done = await kept(batchId);
      const sent = (await system.witness()).length;
      await system.clearFaults();
      await system.start('worker');
      const transcript = await transcriptOf(batchId);
      const digests = await digestsOf(batchId);
      console.log(`point ${place}: killed when ${point.name}; ${done.size} of ${digests.length} pieces were kept`);
      const heardBefore = (await system.witness()).slice(before, sent).flatMap(({ inputs }) => inputs);
      const heardAfter = (await system.witness()).slice(sent).flatMap(({ inputs }) => inputs);

      expect(transcript).toBe(undisturbed);
      expect(digests).toHaveLength(PIECES);
      expect(new Set([...heardBefore, ...heardAfter])).toEqual(new Set(digests));
      expect(heardAfter, 'what was not kept, once, in order').toEqual(digests.filter((_, piece) => !done.has(piece)));
      expect(await readdir(folders.spool), 'nothing is left of what it decoded').not.toContainEqual(
        expect.stringContaining('sluice-recording'),
      );
    },
    180_000,
  );
});
