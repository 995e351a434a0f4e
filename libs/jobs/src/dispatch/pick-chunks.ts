import type { JobPriority } from '#contracts';
import { compareClaims, compareCodeUnits, claimOfPayload } from './work-claim.js';

/** A running job's chunks that have no result yet. */
export interface DispatchCandidate {
  readonly tenant: string;
  readonly jobId: string;
  readonly deadlineMs: number;
  readonly priority?: JobPriority | undefined;
  /** Ascending; may be long, so it is read only as far as needed. */
  readonly pending: Iterable<number>;
}

export interface PickedChunk {
  readonly tenant: string;
  readonly jobId: string;
  readonly chunk: number;
  readonly deadlineMs: number;
  readonly priority?: JobPriority;
}

interface JobTurn {
  readonly candidate: DispatchCandidate;
  readonly chunks: Iterator<number>;
}

/**
 * The chunks that stand in an endpoint's window: tenants take turns, one chunk each, and within a tenant the priority
 * decides, then the earliest deadline. So each tenant has its even share of the window, and what one cannot use goes to
 * the others. Where there are more tenants than places the window grows: each has one chunk in it, whatever its name.
 * The same candidates always give the same window.
 */
export function pickChunks(candidates: readonly DispatchCandidate[], windowChunks: number): PickedChunk[] {
  if (windowChunks < 1) return [];
  const turns = [...turnsByTenant(candidates)];
  const places = Math.max(windowChunks, turns.length);
  const picked: PickedChunk[] = [];
  while (picked.length < places && turns.length > 0) {
    for (let turn = 0; turn < turns.length && picked.length < places;) {
      const next = nextOf(turns[turn] ?? []);
      if (next === undefined) turns.splice(turn, 1);
      else {
        picked.push(next);
        turn++;
      }
    }
  }
  return picked;
}

function turnsByTenant(candidates: readonly DispatchCandidate[]): Iterable<JobTurn[]> {
  const ordered = candidates.toSorted(
    (a, b) => compareCodeUnits(a.tenant, b.tenant) || compareClaims(claimOfPayload(a), claimOfPayload(b)),
  );
  const tenants = new Map<string, JobTurn[]>();
  for (const candidate of ordered) {
    const jobs = tenants.get(candidate.tenant) ?? [];
    jobs.push({ candidate, chunks: candidate.pending[Symbol.iterator]() });
    tenants.set(candidate.tenant, jobs);
  }
  return tenants.values();
}

function nextOf(jobs: JobTurn[]): PickedChunk | undefined {
  for (let first = jobs[0]; first !== undefined; first = jobs[0]) {
    const next = first.chunks.next();
    if (next.done !== true) return toPicked(first.candidate, next.value);
    jobs.shift();
  }
  return undefined;
}

function toPicked({ tenant, jobId, deadlineMs, priority }: DispatchCandidate, chunk: number): PickedChunk {
  return { tenant, jobId, chunk, deadlineMs, ...(priority === undefined ? {} : { priority }) };
}
