import { EMBEDDING_ENDPOINT } from '../../e2e/support/clients.js';
import type { Random } from '../../fuzz/random.js';
import type { Fault } from '../../setup/processes.js';

/** A point in a job's life, named by the request that local-aws holds there until whoever made it is dead. */
export interface KillPoint {
  readonly phase: 'creating' | 'validating' | 'in_progress' | 'finalizing';
  readonly name: string;
  readonly fault: Fault;
}

/** Requests to S3 that the holding of a job's end makes: its files, then its record, then the clean-up. */
const FINALIZING: readonly (readonly [name: string, operation: string, keyPattern: string, skip: number])[] = [
  ['the record is about to be finalizing', 'PutObject', '/records/jobs/', 2],
  ['a commit is read', 'GetObject', '/commits/', 3],
  ["a file's content is written", 'PutObject', '/files/file-[^/]+/content$', 1],
  ["a file's index entry is written", 'PutObject', '/index/files/', 1],
  ["a file's record is written", 'PutObject', '/records/files/', 1],
  ['the record is about to be terminal', 'PutObject', '/records/jobs/', 3],
];
const VALIDATING: typeof FINALIZING = [
  ['the input is read', 'GetObject', '/files/file-[^/]+/content$', 0],
  ['the plan is written', 'PutObject', '/jobs/[^/]+/plan$', 0],
  ['the record is about to be in progress', 'PutObject', '/records/jobs/', 1],
];
/** The api's writes, from the upload to the record that is the commit. */
const CREATING: typeof FINALIZING = [
  ["the input's content is written", 'PutObject', '/files/file-[^/]+/content$', 0],
  ["the input's index entry is written", 'PutObject', '/index/files/', 0],
  ["the input's record is written", 'PutObject', '/records/files/', 0],
  ['the marker is written', 'PutObject', '^active/', 0],
  ['the index entry is written', 'PutObject', '/index/jobs/', 0],
  ['the hold is written', 'PutObject', '/used-by/', 0],
  ['the record is written', 'PutObject', '/records/jobs/', 0],
];

/**
 * Points of a worker's part in a job, one of each phase and two of the long one, drawn from the seed: which write, how
 * many of its kind have gone before, and whether it has taken effect when its maker dies. Set before the upload.
 */
export function drawWorkerPoints(random: Random, shape: { readonly chunks: number }): KillPoint[] {
  return [
    toPoint(random, 'validating', random.pick(VALIDATING)),
    drawCall(random, shape.chunks),
    drawChunkWrite(random, shape.chunks),
    toPoint(random, 'finalizing', random.pick(FINALIZING)),
  ];
}

export function drawApiPoints(random: Random, count: number): KillPoint[] {
  const left = [...CREATING];
  return Array.from({ length: Math.min(count, left.length) }, () => {
    const [point] = left.splice(random.below(left.length), 1);
    if (point === undefined) throw new RangeError('no point is left');
    return toPoint(random, 'creating', point);
  });
}

function drawCall(random: Random, chunks: number): KillPoint {
  // Lines may share calls; that many are made in any case.
  const skip = random.below(chunks);
  const name = `model call ${skip + 1} is in flight`;
  return { phase: 'in_progress', name, fault: { target: EMBEDDING_ENDPOINT, kind: 'stall', skip, times: 1 } };
}

function drawChunkWrite(random: Random, chunks: number): KillPoint {
  const [name, keyPattern] = random.pick([
    ['an attempt begins', '/data/[0-9]+/begun/'],
    ['a checkpoint is written', '/data/[0-9]+/rows/'],
    ['the answers of a chunk are written', '/data/[0-9]+/output/'],
    ['a chunk is committed', '/commits/'],
    ['an attempt has ended', '/data/[0-9]+/ended/'],
  ] as const);
  return toPoint(random, 'in_progress', [name, 'PutObject', keyPattern, random.below(Math.floor(chunks / 2))]);
}

function toPoint(
  random: Random,
  phase: KillPoint['phase'],
  [what, operation, keyPattern, skip]: (typeof FINALIZING)[number],
): KillPoint {
  const isAfter = operation === 'PutObject' && random.isOneIn(2);
  const kind = isAfter ? 'answer-stall' : 'stall';
  const name = `${what} (${skip} before it), ${isAfter ? 'after' : 'before'} its effect`;
  return { phase, name, fault: { target: 's3', operation, keyPattern, kind, skip, times: 1 } };
}
