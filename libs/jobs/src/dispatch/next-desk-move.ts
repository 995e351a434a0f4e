import { compareClaims, type WorkClaim } from './work-claim.js';

/** A chunk that is loaded into memory and makes calls. */
export interface SeatedChunk {
  readonly claim: WorkClaim;
  readonly seatedAtMs: number;
  /** It was told to give way and ends its calls in flight. */
  readonly isLeaving: boolean;
}

export interface WaitingChunk {
  readonly claim: WorkClaim;
}

export interface DeskBounds {
  /** Desks that anyone may fill. */
  readonly base: number;
  /** Desks in all; those beyond `base` are for who would otherwise wait behind others' whole chunks. */
  readonly most: number;
  /** Milliseconds that a chunk keeps its desk while tenants without any wait and no tenant has two. */
  readonly sliceMs: number;
}

export type DeskMove<S, W> =
  { readonly kind: 'seat'; readonly chunk: W } | { readonly kind: 'leave'; readonly chunk: S };

/**
 * What changes next at the desks, `undefined` when nothing. Desks bound memory, not calls: whoever has a desk takes turns
 * for each call. So what matters is that every tenant has one, and that the job which is first in its tenant has one.
 */
export function nextDeskMove<S extends SeatedChunk, W extends WaitingChunk>(
  seated: readonly S[],
  waiting: readonly W[],
  bounds: DeskBounds,
  nowMs: number,
): DeskMove<S, W> | undefined {
  const desks = countByTenant(seated);
  const first = firstInTurn(waiting, desks);
  if (first === undefined) return undefined;
  if (seated.length < bounds.base) return { kind: 'seat', chunk: first };
  const urgent = waiting.filter(({ claim }) => isFirstOfItsTenant(claim, seated));
  const chunk = firstInTurn(urgent, desks);
  if (chunk === undefined) return undefined;
  if (seated.length < bounds.most) return { kind: 'seat', chunk };
  if (seated.some(({ isLeaving }) => isLeaving)) return undefined;
  const yielding = whoGivesWay(chunk.claim, seated, desks, nowMs - bounds.sliceMs);
  return yielding === undefined ? undefined : { kind: 'leave', chunk: yielding };
}

function countByTenant(seated: readonly SeatedChunk[]): ReadonlyMap<string, number> {
  const desks = new Map<string, number>();
  for (const { claim } of seated) desks.set(claim.tenant, (desks.get(claim.tenant) ?? 0) + 1);
  return desks;
}

/** The tenant with the fewest desks comes first, within it the first job; among equals who waits the longest. */
function firstInTurn<W extends WaitingChunk>(waiting: readonly W[], desks: ReadonlyMap<string, number>): W | undefined {
  const desksOf = ({ claim }: W): number => desks.get(claim.tenant) ?? 0;
  return waiting.toSorted((a, b) => {
    if (a.claim.tenant === b.claim.tenant) return compareClaims(a.claim, b.claim);
    return desksOf(a) - desksOf(b);
  })[0];
}

/** Whether nothing of its tenant's is seated that it should not overtake. */
function isFirstOfItsTenant(claim: WorkClaim, seated: readonly SeatedChunk[]): boolean {
  return seated.every(
    (other) =>
      other.claim.tenant !== claim.tenant ||
      (other.claim.jobId !== claim.jobId && compareClaims(claim, other.claim) < 0),
  );
}

function whoGivesWay<S extends SeatedChunk>(
  claim: WorkClaim,
  seated: readonly S[],
  desks: ReadonlyMap<string, number>,
  seatedBeforeMs: number,
): S | undefined {
  const own = seated.filter((other) => other.claim.tenant === claim.tenant);
  if (own.length > 0) return lastInTurn(own);
  const most = Math.max(...desks.values());
  const candidates = seated.filter((other) => desks.get(other.claim.tenant) === most);
  if (most > 1) return lastInTurn(candidates);
  return candidates
    .filter(({ seatedAtMs }) => seatedAtMs <= seatedBeforeMs)
    .toSorted((a, b) => a.seatedAtMs - b.seatedAtMs)[0];
}

function lastInTurn<S extends SeatedChunk>(seated: readonly S[]): S | undefined {
  return seated.toSorted((a, b) => compareClaims(b.claim, a.claim) || b.seatedAtMs - a.seatedAtMs)[0];
}
