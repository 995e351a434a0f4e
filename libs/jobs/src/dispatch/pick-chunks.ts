/** A running job's chunks that have no result yet. */
export interface DispatchCandidate {
  readonly tenant: string;
  readonly jobId: string;
  readonly deadlineMs: number;
  /** Ascending; may be long, so it is read only as far as needed. */
  readonly pending: Iterable<number>;
}

export interface PickedChunk {
  readonly tenant: string;
  readonly jobId: string;
  readonly chunk: number;
}

interface JobTurn {
  readonly candidate: DispatchCandidate;
  readonly chunks: Iterator<number>;
}

/**
 * The chunks that stand in an endpoint's window: tenants take turns, one chunk each, and within a tenant the earliest
 * deadline goes first. So each tenant has its even share of the window, and what one cannot use goes to the others.
 * The same candidates always give the same window.
 */
export function pickChunks(candidates: readonly DispatchCandidate[], windowChunks: number): PickedChunk[] {
  const turns = [...turnsByTenant(candidates)];
  const picked: PickedChunk[] = [];
  while (picked.length < windowChunks && turns.length > 0) {
    for (let turn = 0; turn < turns.length && picked.length < windowChunks;) {
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
    (a, b) => byCodeUnits(a.tenant, b.tenant) || a.deadlineMs - b.deadlineMs || byCodeUnits(a.jobId, b.jobId),
  );
  const tenants = new Map<string, JobTurn[]>();
  for (const candidate of ordered) {
    const jobs = tenants.get(candidate.tenant) ?? [];
    jobs.push({ candidate, chunks: candidate.pending[Symbol.iterator]() });
    tenants.set(candidate.tenant, jobs);
  }
  return tenants.values();
}

/** The same on every machine, whatever its locale. */
function byCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function nextOf(jobs: JobTurn[]): PickedChunk | undefined {
  for (let first = jobs[0]; first !== undefined; first = jobs[0]) {
    const next = first.chunks.next();
    if (next.done !== true) return { tenant: first.candidate.tenant, jobId: first.candidate.jobId, chunk: next.value };
    jobs.shift();
  }
  return undefined;
}
