import type { JobPriority } from './job-record.js';

/** Queue of planning and finishing; both are short and belong to no endpoint. */
export const CONTROL_QUEUE = 'sluice-control';

/** One queue per endpoint holds a small window of its chunks. BullMQ forbids ':' in names. */
export function chunkQueueName(endpoint: string): string {
  return `sluice-chunks-${endpoint.replaceAll(/[^A-Za-z0-9_.-]/g, '-')}`;
}

export const CONTROL_TASKS = ['plan', 'finish'] as const;
export type ControlTask = (typeof CONTROL_TASKS)[number];

/** Payload of a control job. Keys and ids only; the truth is read from the object store. */
export interface ControlPayload {
  readonly version: 1;
  readonly task: ControlTask;
  readonly tenant: string;
  readonly jobId: string;
}

/** Payload of a chunk job. */
export interface ChunkPayload {
  readonly version: 1;
  readonly tenant: string;
  readonly jobId: string;
  readonly chunk: number;
  /** The job's deadline in Unix milliseconds, for the order of work. Optional until all dispatchers name it. */
  readonly deadlineMs?: number;
  /** The job's priority, for the order of work; absent = `normal`. */
  readonly priority?: JobPriority;
}

/** BullMQ's ids: the same work always has the same id, so adding it twice is a no-op. */
export const queueIds = {
  control: (payload: ControlPayload): string => `${payload.jobId}-${payload.task}`,
  chunk: (payload: ChunkPayload): string => `${payload.jobId}-${payload.chunk}`,
} as const;

interface CapacityNames {
  /** Hash of api process → when it was seen, and its signals. */
  readonly realtime: string;
  /** Hash of worker → when it was seen, its calls in flight, wanted and leased, and what it got done. */
  readonly bulk: string;
  /** What was decided last, when, and what the next decision needs to know. */
  readonly decision: string;
  /** The worker that decides. */
  readonly leader: string;
}

/** Redis names of ours beside BullMQ's. */
export const redisNames = {
  /** Held by the one worker that sweeps and dispatches. */
  leaderLock: 'sluice:leader',
  /** Hints between processes: a job was cancelled, a chunk was committed, a job was created. */
  hints: 'sluice:hints',
  /** Hash of chunk → `completed,failed[,restored,fromMs,untilMs]`: live counts, worth nothing once the job has ended. */
  progress: (jobId: string): string => `sluice:progress:${jobId}`,
  /** Why a job's chunks went back to wait, as JSON; goes by itself. */
  waiting: (jobId: string): string => `sluice:waiting:${jobId}`,
  /** Hash of chunk → calls it has outstanding at an asynchronous endpoint, and until when that is to be believed. */
  outstanding: (endpoint: string): string => `sluice:outstanding:${endpoint}`,
  /** What is known of one endpoint's capacity: who uses it and who may; each of them goes by itself. */
  capacity: (endpoint: string): CapacityNames => {
    const prefix = `sluice:capacity:{${endpoint}}:`;
    return {
      realtime: `${prefix}realtime`,
      bulk: `${prefix}bulk`,
      decision: `${prefix}decision`,
      leader: `${prefix}leader`,
    };
  },
} as const;

/** What travels on `redisNames.hints`. Losing one costs a sweep interval and nothing else. */
export type JobHint =
  | { readonly kind: 'created' | 'cancelled'; readonly tenant: string; readonly jobId: string }
  | { readonly kind: 'committed'; readonly tenant: string; readonly jobId: string; readonly chunk: number }
  /** A chunk offers rows that others of its job may wait for. */
  | { readonly kind: 'shared'; readonly tenant: string; readonly jobId: string; readonly chunk: number };
