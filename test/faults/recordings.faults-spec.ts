import { hash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wrapWav } from '#audio';
import { chunkName, objectKeys, type JobPlan } from '#contracts';
import { Random } from '../fuzz/random.js';
import { startSystem, type Fault, type System } from '../setup/processes.js';
import { FORM_ENDPOINT, record, RecordingClient } from '../e2e/support/recordings.js';
import { heldRequest, placesOfRun } from './harness/held-requests.js';
import { StoredObjects, TENANT } from './harness/stored-objects.js';
import { waitFor } from './harness/wait-for.js';

const CHUNKS = 4;
const PIECES = 18;
/** Of the whole run, each the place of a point in `drawPoint`. */
const POINTS = placesOfRun(4);

/** Where a worker dies: at a request to S3 that is held for it, or once so many pieces are sent or saved. */
type KillPoint = { readonly name: string } & (
  { readonly fault: Fault } | { readonly sent: number } | { readonly saved: number }
);

/** A kind of point after the other, so that the first few meet what differs most; which of its kind is drawn. */
function drawPoint(place: number): KillPoint {
  const random = new Random(place + 1);
  const chunk = 1 + random.below(CHUNKS - 1);
  const at = chunkName(chunk);
  // The last chunk is a single piece, which is committed at once.
  const longChunk = 1 + random.below(CHUNKS - 2);
  const points: readonly KillPoint[] = [
    { name: 'some of it is saved', saved: 3 + random.below(PIECES - 5) },
    { name: 'samples are stored', fault: heldRequest('UploadPart', '/recording$') },
    { name: `chunk ${chunk} is committed`, fault: heldRequest('PutObject', `/commits/${at}$`) },
    { name: 'the transcript is written', fault: heldRequest('PutObject', '/files/file-[^/]+/content$') },
    { name: 'pieces are heard', sent: 1 + random.below(PIECES - 2) },
    { name: 'the file is fetched', fault: heldRequest('GetObject', '/files/file-[^/]+/content$') },
    {
      name: `what was heard of chunk ${longChunk} is saved`,
      fault: heldRequest('PutObject', `/data/${chunkName(longChunk)}/(detailed-)?rows/`),
    },
    { name: 'the transcript is recorded', fault: heldRequest('PutObject', '/records/files/') },
    { name: 'the plan is written', fault: heldRequest('PutObject', '/plan$') },
    { name: `chunk ${chunk} is begun`, fault: heldRequest('PutObject', `/data/${at}/begun/`) },
    { name: 'all samples are stored', fault: heldRequest('CompleteMultipartUpload', '/recording$') },
    { name: `chunk ${chunk} is written`, fault: heldRequest('PutObject', `/data/${at}/output/`) },
    { name: `what was heard in chunk ${chunk} is read`, fault: heldRequest('GetObject', `/data/${at}/output/`) },
  ];
  return points[place % points.length] ?? points[0]!;
}

/** How many stretches of the words, in their order, make up what was heard; `Infinity` where it is not made of them. */
function countStretches(heard: readonly string[], words: readonly string[]): number {
  let stretches = 0;
  let next = 0;
  for (let at = 0; at < heard.length; stretches++) {
    let best = { start: next, length: 0 };
    for (let start = next; start < words.length; start++) {
      let length = 0;
      while (at + length < heard.length && words[start + length] === heard[at + length]) length++;
      if (length > best.length) best = { start, length };
    }
    if (best.length === 0) return Infinity;
    at += best.length;
    next = best.start + best.length;
  }
  return stretches;
}

describe('A worker that transcribes and is killed', () => {
  // No pause is long enough to be left out, and no two pieces sound the same.
  const recording = record({ seed: 11, seconds: 400, pauseSeconds: [0, 0.5] });
  const folders = { spool: '' };
  let system: System;
  let client: RecordingClient;
  let objects: StoredObjects;
  let inputFileId = '';
  let undisturbed = '';

  beforeAll(async () => {
    folders.spool = await mkdtemp(join(tmpdir(), 'sluice-faults-'));
    const quick = { SLUICE_SWEEP_MS: '1000', SLUICE_CHECKPOINT_MS: '200', SLUICE_SEAL_GRACE_MS: '2000' };
    system = await startSystem({ environment: { ...quick, TMPDIR: folders.spool } });
    client = new RecordingClient(system);
    objects = new StoredObjects(system.controlUrl);
    inputFileId = await client.upload(recording.wav);
    undisturbed = await client.transcript(await client.ended((await client.create({ input_file_id: inputFileId })).id));
  }, 120_000);

  afterAll(async () => {
    objects?.close();
    await system?.stop();
    await rm(folders.spool, { recursive: true, force: true });
  });

  /** What each piece sounds like to the witness, in order. */
  async function digestsOf(jobId: string): Promise<readonly string[]> {
    const plan = await objects.record<JobPlan>(objectKeys.plan(TENANT, jobId));
    return (plan?.recording?.pieces ?? []).map(([start, end]) =>
      hash('sha256', wrapWav(recording.pcm.subarray(start * 2, end * 2))),
    );
  }

  /** Indices of the pieces of which the store has what was heard: in a checkpoint, or in the result of a chunk. */
  async function saved(jobId: string): Promise<ReadonlySet<number>> {
    const prefix = `t/${TENANT}/jobs/${jobId}/`;
    const keys = (await objects.list(prefix)).map((key) => key.slice(prefix.length));
    // An output without a commit is nobody's: the worker died between the two writes.
    const isSaved = (key: string): boolean =>
      /^data\/\d+\/(?:rows|detailed-rows)\//.test(key) ||
      (/^data\/\d+\/output\//.test(key) && keys.includes(`commits/${key.split('/')[1]}`));
    const texts = await Promise.all(
      keys.filter(isSaved).map(async (key) => (await objects.find(prefix + key))?.body.toString() ?? ''),
    );
    return new Set(texts.flatMap((text) => [...text.matchAll(/\{"piece":(\d+),/g)].map(([, piece]) => Number(piece))));
  }

  async function hasFired(): Promise<boolean> {
    return (await system.control.faults()).some(({ kind, fired }) => kind === 'stall' && fired > 0);
  }

  async function isMet(point: KillPoint, jobId: string, before: number): Promise<boolean> {
    if ('fault' in point) return await hasFired();
    if ('saved' in point) return (await saved(jobId)).size >= point.saved;
    return (await system.witness()).length - before >= point.sent;
  }

  it.each(POINTS)(
    'leaves the rest to the next, which asks for nothing twice that was saved (point %i)',
    async (place) => {
      const point = drawPoint(place);
      const before = (await system.witness()).length;
      if ('fault' in point) await system.addFault(point.fault);
      // Some pieces take long, so that a worker dies with part of a chunk saved.
      await system.addFault({ target: FORM_ENDPOINT, kind: 'slow', delayMs: 2000, probability: 0.4, seed: place });
      const { id } = await client.create({ input_file_id: inputFileId });
      await waitFor(point.name, async () => ((await isMet(point, id, before)) ? true : undefined));
      await system.kill('worker', 'SIGKILL');
      const done = await saved(id);
      const sent = (await system.witness()).length;
      await system.clearFaults();
      await system.start('worker');
      const job = await client.ended(id);
      const digests = await digestsOf(id);
      console.log(`point ${place}: killed when ${point.name}; ${done.size} of ${PIECES} pieces were saved`);
      const heardBefore = (await system.witness()).slice(before, sent).flatMap(({ inputs }) => inputs);
      const heardAfter = (await system.witness()).slice(sent).flatMap(({ inputs }) => inputs);

      expect(job.status).toBe('completed');
      expect(await client.transcript(job)).toBe(undisturbed);
      expect(new Set([...heardBefore, ...heardAfter])).toEqual(new Set(digests));
      expect(new Set(heardAfter).size, 'each once').toBe(heardAfter.length);
      expect(digests.filter((digest, piece) => done.has(piece) && heardAfter.includes(digest))).toEqual([]);
      expect(await readdir(folders.spool), 'nothing is left of what it decoded').not.toContainEqual(
        expect.stringContaining('sluice-recording'),
      );
    },
    180_000,
  );

  it('says what was heard so far when its job is cancelled', async () => {
    const before = (await system.witness()).length;
    await system.addFault({ target: FORM_ENDPOINT, kind: 'slow', delayMs: 300 });
    const { id } = await client.create({ input_file_id: inputFileId, response_format: 'text' });
    await waitFor('half of it is heard', async () =>
      (await system.witness()).length - before >= PIECES / 2 ? true : undefined,
    );
    await client.openai.post(`/jobs/${id}/cancel`);
    const job = await client.ended(id);
    await system.clearFaults();
    const heard = (await client.transcript(job)).trim().split(' ');

    expect(job.status).toBe('cancelled');
    expect(heard.length).toBeGreaterThan(20);
    expect(heard.length).toBeLessThan(recording.words.length);
    // Pieces are heard side by side, so one in between may be missing; none is mixed up with another.
    expect(countStretches(heard, recording.words)).toBeLessThanOrEqual(CHUNKS);
  }, 120_000);

  it('has its file until the end, also when that is deleted meanwhile', async () => {
    const ownFileId = await client.upload(recording.wav);
    await system.addFault({ ...heldRequest('UploadPart', '/recording$'), kind: 'slow', delayMs: 1500 });
    const { id } = await client.create({ input_file_id: ownFileId });
    await client.openai.files.delete(ownFileId);
    const job = await client.ended(id);
    await system.clearFaults();

    expect(job.status).toBe('completed');
    expect(await client.transcript(job)).toBe(undisturbed);
  }, 120_000);
});
