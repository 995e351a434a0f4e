import { responseRow } from '../chunks/output-row.js';
import { subjectOf } from '../chunks/row-subject.js';
import { inParallel } from '../finish/in-parallel.js';
import type { AsyncVerdict } from './async-chunk.types.js';
import { callOf, isDone, lineOf, type AsyncLook } from './async-look.js';
import { judge, type FoundResults } from './collect-results.js';
import { tryKey } from './name-calls.js';
import type { CallTrace, OpenTry } from './trace-calls.js';

const READS_AT_ONCE = 8;
/** Failures have names of SageMaker's own, so each is asked for by itself: so many a look, in turn. */
const READS_A_LOOK = 64;
/** Tries of a line whose failure follows it. */
const MAX_SUSPICIONS = 3;

/** How tries ended of which there is no result. */
export async function collectFailures(look: AsyncLook, { results }: FoundResults): Promise<AsyncVerdict[]> {
  const open = look.traces
    .flatMap(({ open: one }) => one ?? [])
    .filter((one) => !isDone(look, one.call) && !results.has(tryKey(one)));
  const verdicts: AsyncVerdict[] = [];
  await inParallel(inTurn(open, look.nowMs), READS_AT_ONCE, async (one) => {
    const verdict = await readFailure(look, one);
    if (verdict !== undefined) verdicts.push(verdict);
  });
  const judged = new Set(verdicts.map(tryKey));
  for (const one of open) {
    if (look.nowMs < one.overAtMs || judged.has(tryKey(one)) || isDone(look, one.call)) continue;
    verdicts.push({ call: one.call, try: one.try, kind: 'not-run', reason: 'lost' });
  }
  return verdicts;
}

/** Those that are over come first; of the others each look takes the next few. */
function inTurn(open: readonly OpenTry[], nowMs: number): OpenTry[] {
  const known = open.filter(({ failure }) => failure !== undefined);
  const over = known.filter(({ overAtMs }) => overAtMs <= nowMs);
  const rest = known.filter(({ overAtMs }) => overAtMs > nowMs);
  const start = rest.length <= READS_A_LOOK ? 0 : Math.floor(Math.random() * rest.length);
  return [...over, ...[...rest.slice(start), ...rest.slice(0, start)].slice(0, READS_A_LOOK)];
}

async function readFailure(look: AsyncLook, one: OpenTry): Promise<AsyncVerdict | undefined> {
  if (one.failure === undefined || look.stop.aborted) return undefined;
  const text = await look.deferred.read(one.failure, look.stop);
  if (text === undefined) return undefined;
  const failure = look.deferred.readFailure(look.context.plan.model, text.toString('utf8'));
  if (failure.kind === 'failed') return judge(look, one, failure.error);
  return { call: one.call, try: one.try, kind: 'not-run', reason: 'expired' };
}

/** A line that failed again and again fails for good once the endpoint has answered something else meanwhile. */
export function failSuspects(look: AsyncLook, found: FoundResults): void {
  const answeredWave = lastAnsweredWave(look, found);
  for (const trace of look.traces) {
    const refusal = trace.lastSuspicion?.refusal;
    if (refusal === undefined || !isFinal(trace, answeredWave) || isDone(look, trace.call)) continue;
    const { requestId } = callOf(look, trace.lastSuspicion ?? { call: trace.call, try: trace.tries });
    const subject = subjectOf(look.context.record, lineOf(look, trace.call));
    const { status, body } = refusal;
    look.ledger.add(responseRow(subject, { status, requestId, body: Buffer.from(body), usage: undefined }));
  }
}

function isFinal({ suspicions, wave, open }: CallTrace, answeredWave: number): boolean {
  return open === undefined && suspicions >= MAX_SUSPICIONS && answeredWave >= wave;
}

function lastAnsweredWave(look: AsyncLook, { canaries }: FoundResults): number {
  const done = look.traces.filter(({ call, suspicions }) => suspicions === 0 && isDone(look, call));
  return Math.max(0, ...canaries, ...done.map(({ wave }) => wave));
}
