import {
  SUBMIT_WITHIN_MS,
  type AcceptedTry,
  type AsyncHistory,
  type AsyncVerdict,
  type AsyncWave,
  type CallTry,
} from './async-chunk.types.js';
import { tryKey } from './name-calls.js';

/** Where one call stands, as far as history tells; results are looked for elsewhere. */
export interface CallTrace {
  readonly call: number;
  /** Tries so far, whatever became of them. */
  readonly tries: number;
  /** Wave of the last try; 0 before the first. */
  readonly wave: number;
  /** The last try, while it may still be waiting or running. */
  readonly open: OpenTry | undefined;
  /** When the call may be submitted again; Unix milliseconds. */
  readonly readyAtMs: number;
  /** Tries whose failure may follow the call's content. */
  readonly suspicions: number;
  readonly lastSuspicion: AsyncVerdict | undefined;
}

export interface OpenTry extends CallTry {
  readonly submittedAtMs: number;
  /** From then on nothing of it can be waiting or running any more. */
  readonly overAtMs: number;
  /** `undefined` where nobody knows the location, or there is none. */
  readonly failure: string | undefined;
  /** Set where the result comes elsewhere than foreseen. */
  readonly output: string | undefined;
}

/** Clocks of the machines differ, and SageMaker's last step takes a moment. */
const MARGIN_MS = 60_000;
const FIRST_PAUSE_MS = 2000;
const MAX_PAUSE_MS = 300_000;

/** What history says of each call of an intent. */
export function traceCalls(calls: number, history: AsyncHistory): CallTrace[] {
  const facts = gatherFacts(history);
  const traces = new Map<number, CallTrace>();
  for (const wave of history.waves.toSorted((a, b) => a.number - b.number)) {
    for (const one of wave.tries) traces.set(one.call, nextTrace(traces.get(one.call), one, wave, facts));
  }
  return Array.from({ length: calls }, (_, call) => traces.get(call) ?? untouched(call));
}

interface Facts {
  readonly accepted: ReadonlyMap<string, AcceptedTry & { readonly atMs: number }>;
  /** When each try was found not to be in the queue. */
  readonly unsent: ReadonlyMap<string, number>;
  readonly verdicts: ReadonlyMap<string, AsyncVerdict & { readonly atMs: number }>;
}

function gatherFacts({ receipts, verdicts }: AsyncHistory): Facts {
  return {
    accepted: new Map(
      receipts.flatMap(({ atMs, accepted }) => accepted.map((one) => [tryKey(one), { ...one, atMs }] as const)),
    ),
    unsent: new Map(receipts.flatMap(({ atMs, unsent }) => unsent.map((one) => [tryKey(one), atMs] as const))),
    verdicts: new Map(
      verdicts.flatMap(({ atMs, verdicts: list }) => list.map((one) => [tryKey(one), { ...one, atMs }] as const)),
    ),
  };
}

function untouched(call: number): CallTrace {
  return { call, tries: 0, wave: 0, open: undefined, readyAtMs: 0, suspicions: 0, lastSuspicion: undefined };
}

function nextTrace(before: CallTrace | undefined, one: CallTry, wave: AsyncWave, facts: Facts): CallTrace {
  const { suspicions, lastSuspicion } = before ?? untouched(one.call);
  const trace = { call: one.call, tries: one.try, wave: wave.number, suspicions, lastSuspicion };
  const verdict = facts.verdicts.get(tryKey(one));
  if (verdict?.kind === 'suspect') {
    const readyAtMs = verdict.atMs + pauseMs(suspicions + 1);
    return { ...trace, open: undefined, readyAtMs, suspicions: suspicions + 1, lastSuspicion: verdict };
  }
  if (verdict !== undefined) {
    const readyAtMs = verdict.atMs + (verdict.kind === 'endpoint' ? pauseMs(one.try) : 0);
    return { ...trace, open: undefined, readyAtMs };
  }
  const unsentAtMs = facts.unsent.get(tryKey(one));
  if (unsentAtMs !== undefined) return { ...trace, open: undefined, readyAtMs: unsentAtMs + pauseMs(one.try) };
  return { ...trace, open: openTry(one, wave, facts.accepted.get(tryKey(one))), readyAtMs: Number.POSITIVE_INFINITY };
}

function openTry(
  one: CallTry,
  wave: AsyncWave,
  accepted: (AcceptedTry & { readonly atMs: number }) | undefined,
): OpenTry {
  const lifeMs = (wave.ttlSeconds + wave.timeoutSeconds) * 1000;
  return {
    ...one,
    submittedAtMs: wave.atMs,
    overAtMs: wave.atMs + SUBMIT_WITHIN_MS + lifeMs + MARGIN_MS,
    failure: accepted?.failure ?? undefined,
    output: accepted?.output,
  };
}

function pauseMs(times: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (times - 1), MAX_PAUSE_MS);
}
