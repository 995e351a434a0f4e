import { untilStored } from '../chunks/until-stored.js';
import { refusalRow } from '../chunks/call-line.js';
import { kindOfFailure, toGatewayError } from '../chunks/judge-failure.js';
import { responseRow } from '../chunks/output-row.js';
import { subjectOf } from '../chunks/row-subject.js';
import { inParallel } from '../finish/in-parallel.js';
import type { AsyncVerdict, CallTry } from './async-chunk.types.js';
import { callOf, isDone, lineOf, type AsyncLook } from './async-look.js';
import { readResultName, tryKey } from './name-calls.js';

/** What lies under a chunk's results. */
export interface FoundResults {
  /** Location of each try's result. */
  readonly results: ReadonlyMap<string, CallTry & { readonly location: string }>;
  /** Waves whose canary was answered. */
  readonly canaries: ReadonlySet<number>;
}

const READS_AT_ONCE = 8;
/** Deaths of a chunk's workers after which its answers are read one by one. */
const DEATHS_BEFORE_ISOLATION = 3;

/** One LIST, and the few results that come elsewhere because the endpoint was changed meanwhile. */
export async function findResults({ deferred, intent, traces, stop }: AsyncLook): Promise<FoundResults> {
  const results = new Map<string, CallTry & { readonly location: string }>();
  const canaries = new Set<number>();
  for (const location of await deferred.list(intent.results, stop)) {
    const name = readResultName(location);
    if (name === undefined) continue;
    if ('canaryOfWave' in name) canaries.add(name.canaryOfWave);
    else results.set(tryKey(name), { ...name, location });
  }
  for (const { open } of traces) {
    if (open?.output !== undefined) results.set(tryKey(open), { ...open, location: open.output });
  }
  return { results, canaries };
}

/** Turns results into rows. @returns what is wrong with those that could not be. */
export async function collectResults(
  look: AsyncLook,
  { results }: FoundResults,
  judged: ReadonlySet<string>,
): Promise<AsyncVerdict[]> {
  const isolated = look.state.openAttempts.length >= DEATHS_BEFORE_ISOLATION;
  const verdicts: AsyncVerdict[] = [];
  const fresh = [...results.values()].filter((one) => !isDone(look, one.call) && !judged.has(tryKey(one)));
  await inParallel(fresh, isolated ? 1 : READS_AT_ONCE, async (one) => {
    if (look.stop.aborted || isDone(look, one.call)) return;
    const answer = await look.deferred.read(one.location, look.stop);
    if (answer === undefined) return;
    if (isolated) await beginTrial(look, one);
    const verdict = await readAnswer(look, one, answer);
    if (verdict !== undefined) verdicts.push(verdict);
  });
  return verdicts;
}

/** What is done is saved first, so that no finished line stands there as one that was being read. */
async function beginTrial(look: AsyncLook, { call }: CallTry): Promise<void> {
  const { request } = lineOf(look, call);
  await untilStored(async () => {
    await look.ledger.save();
    await look.workspace.beginTrial(request);
  }, look.stop);
}

async function readAnswer(look: AsyncLook, one: CallTry, answer: Buffer): Promise<AsyncVerdict | undefined> {
  const call = callOf(look, one);
  try {
    const { body, usage } = await look.deferred.decode(look.operation, call, answer);
    const subject = subjectOf(look.context.record, lineOf(look, one.call));
    look.ledger.add(responseRow(subject, { status: 200, requestId: call.requestId, body, usage }));
    return undefined;
  } catch (thrown) {
    return judge(look, one, thrown);
  }
}

/** A failure that is the line's own becomes its row; any other is a verdict on the try. */
export function judge(look: AsyncLook, one: CallTry, thrown: unknown): AsyncVerdict | undefined {
  const error = toGatewayError(thrown);
  const kind = kindOfFailure(error);
  if (kind === 'refused') {
    const { requestId } = callOf(look, one);
    look.ledger.add(refusalRow(subjectOf(look.context.record, lineOf(look, one.call)), error, requestId));
    return undefined;
  }
  const verdict = { call: one.call, try: one.try, kind, reason: error.reason };
  if (kind === 'endpoint') return verdict;
  return { ...verdict, refusal: { status: error.status, body: JSON.stringify(error.toOpenAi()) } };
}
