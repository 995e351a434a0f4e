import { hash } from 'node:crypto';
import { TERMINAL_STATUSES } from '#contracts';
import type { JobLook } from '#jobs';

/** A job as its events show it; made once for all who listen. */
export interface JobSnapshot {
  readonly id: string;
  readonly frame: Buffer;
  /** What follows the snapshot of a job that has ended. */
  readonly end: { readonly id: string; readonly frame: Buffer } | undefined;
}

const DIGEST_LENGTH = 12;

/**
 * An id says all that a snapshot shows: the revision of the record, and a digest of what moves without the record, so
 * that the id that a client had last tells whether it is up to date, whichever process is asked. When a wait was seen
 * last is no news.
 */
export function toJobSnapshot({ job, revision }: JobLook): JobSnapshot {
  const moving = JSON.stringify([job.progress, job.waiting?.reason]);
  const id = `${revision}.${hash('sha256', moving, 'base64url').slice(0, DIGEST_LENGTH)}`;
  const frame = toFrame('job', id, job);
  if (!TERMINAL_STATUSES.has(job.status)) return { id, frame, end: undefined };
  const endId = `${id}.end`;
  const last = { id: job.id, object: 'job.end', status: job.status };
  return { id, frame, end: { id: endId, frame: toFrame('end', endId, last) } };
}

function toFrame(event: string, id: string, data: object): Buffer {
  return Buffer.from(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
}
