import { GatewayError } from '#platform';
import type { JobSnapshot } from './job-snapshot.js';
import type { SharedLook } from './shared-look.js';

export interface JobFramesOptions {
  readonly look: SharedLook<JobSnapshot>;
  readonly first: JobSnapshot;
  /** Id of the last event that the client has. */
  readonly knownId: string | undefined;
  /** Aborted when the stream should end: nobody reads it, its time is over, or the process stops. */
  readonly signal: AbortSignal;
  /** @throws GatewayError when the caller's key is not valid any more. */
  checkKey(): void;
}

/** A look costs a read of the record, and what there is to see changes no faster than every two seconds. */
const LOOK_MS = 1000;
/** Far below the 60 s after which load balancers drop a silent connection. */
const KEEP_ALIVE_MS = 15_000;
/** After which a client asks again; spread, so that those of a process that has stopped do not all come at once. */
const RETRY_MS = 1000;
const RETRY_SPREAD_MS = 2000;

const KEEP_ALIVE = Buffer.from(': still here\n\n');
const ENDS_HERE = Buffer.from(': the job goes on; ask again with Last-Event-ID\n\n');

/** A job's snapshots as events: the one that the client lacks, then each change, until the job or the stream ends. */
export async function* jobFrames(options: JobFramesOptions): AsyncGenerator<Buffer> {
  const { look, signal } = options;
  let { knownId } = options;
  let snapshot: JobSnapshot | undefined = options.first;
  yield Buffer.from(`retry: ${RETRY_MS + Math.floor(Math.random() * RETRY_SPREAD_MS)}\n\n`);
  let spokeAtMs = performance.now();
  for (;;) {
    if (snapshot !== undefined && snapshot.id !== knownId) {
      yield snapshot.frame;
      knownId = snapshot.id;
      spokeAtMs = performance.now();
    }
    if (snapshot?.end !== undefined) {
      yield snapshot.end.frame;
      return;
    }
    if (signal.aborted) {
      yield ENDS_HERE;
      return;
    }
    if (performance.now() - spokeAtMs >= KEEP_ALIVE_MS) {
      yield KEEP_ALIVE;
      spokeAtMs = performance.now();
    }
    const giveUpMs = Math.max(0, spokeAtMs + KEEP_ALIVE_MS - performance.now());
    snapshot = await lookAgain(look, { withinMs: LOOK_MS, giveUpMs, signal });
    options.checkKey();
  }
}

/** A store that does not answer is no reason to leave: a client of events gives up for good at anything but a 200. */
async function lookAgain(
  look: SharedLook<JobSnapshot>,
  request: Parameters<SharedLook<JobSnapshot>['ask']>[0],
): Promise<JobSnapshot | undefined> {
  try {
    return await look.ask(request);
  } catch (error) {
    if (GatewayError.is(error, 'storage_unavailable')) return undefined;
    throw error;
  }
}
