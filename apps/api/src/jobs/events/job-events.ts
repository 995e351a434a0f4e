import type { Jobs } from '#jobs';
import { GatewayError } from '#platform';
import { callerOf } from '../../auth/caller.decorator.js';
import type { DrainState } from '../../http/exchange/drain-state.js';
import type { HttpReply, HttpRequest } from '../../http/http.types.js';
import type { EventStreamWriter } from '../../http/sse/event-stream-writer.js';
import { jobFrames } from './job-frames.js';
import { JobLookouts } from './job-lookouts.js';
import type { JobSnapshot } from './job-snapshot.js';
import type { SharedLook } from './shared-look.js';

export interface JobEventsOptions {
  readonly jobs: Jobs;
  readonly eventStreams: EventStreamWriter;
  readonly drainState: DrainState;
  /** Milliseconds that a stream lasts. */
  readonly maxMs: number;
  /** @throws GatewayError when the request's key is not valid any more. */
  checkKey(request: HttpRequest): void;
}

const FIRST_LOOK_TIMEOUT_MS = 60_000;

/** Answers with a job's snapshots as server-sent events. What fails before the first one is an HTTP error. */
export class JobEvents {
  private readonly lookouts: JobLookouts;

  constructor(private readonly options: JobEventsOptions) {
    this.lookouts = new JobLookouts(options.jobs);
  }

  async send(jobId: string, request: HttpRequest, reply: HttpReply): Promise<void> {
    await this.lookouts.enter(callerOf(request).tenant, jobId, async (look) => {
      const { signal } = request.exchange;
      const first = await look.ask({ withinMs: 0, giveUpMs: FIRST_LOOK_TIMEOUT_MS, signal });
      if (first !== undefined) await this.answer(look, first, request, reply);
      else if (!signal.aborted) throw new GatewayError('storage_unavailable', 'The storage did not answer in time.');
    });
  }

  private async answer(
    look: SharedLook<JobSnapshot>,
    first: JobSnapshot,
    request: HttpRequest,
    reply: HttpReply,
  ): Promise<void> {
    const knownId = [request.headers['last-event-id']].flat()[0];
    // The one answer after which an EventSource does not come again.
    if (first.end !== undefined && first.end.id === knownId) {
      await reply.status(204).send();
      return;
    }
    if (request.method === 'HEAD') {
      await reply.type('text/event-stream; charset=utf-8').send();
      return;
    }
    const ends = new AbortController();
    const end = (): void => ends.abort();
    const timer = setTimeout(end, this.options.maxMs);
    const signals = [request.exchange.signal, this.options.drainState.refusalSignal];
    for (const signal of signals) signal.addEventListener('abort', end);
    if (signals.some(({ aborted }) => aborted)) end();
    try {
      const checkKey = (): void => this.options.checkKey(request);
      const frames = jobFrames({ look, first, knownId, signal: ends.signal, checkKey });
      await this.options.eventStreams.write({ frames, usage: () => undefined }, request, reply);
    } finally {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', end);
    }
  }
}
