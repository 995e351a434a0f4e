import type { JobObject } from '#contracts';
import type { DrainState } from '../http/exchange/drain-state.js';
import type { HttpReply, HttpRequest } from '../http/http.types.js';
import { pollHeaders } from '../batches/poll-headers.js';
import { etagOf } from './etag.js';
import { matchesEtag, watchJob } from './job-watch.js';
import { readWaitPreference } from './read-wait-preference.js';

/** Answers that show one job: when to ask again, what has not changed, and who would rather wait. */
export class JobAnswers {
  constructor(private readonly drainState: DrainState) {}

  /** A job that was accepted: where it is, and when to look. */
  accepted(job: JobObject, reply: HttpReply): JobObject {
    reply.headers({ location: `/v1/jobs/${job.id}`, ...pollHeaders(job) });
    return job;
  }

  /** @returns nothing when the caller has this very answer already. */
  async show(look: () => Promise<JobObject>, request: HttpRequest, reply: HttpReply): Promise<JobObject | undefined> {
    const known = request.headers['if-none-match'];
    const waitSeconds = readWaitPreference(request.headers['prefer']);
    const job =
      waitSeconds === undefined
        ? await look()
        : await watchJob({
            look,
            waitMs: waitSeconds * 1000,
            knownEtags: known,
            signal: request.exchange.signal,
            isClosing: () => this.drainState.draining,
          });
    const etag = etagOf(job);
    reply.headers({ etag, vary: 'Prefer', 'cache-control': 'private, no-cache', ...pollHeaders(job) });
    if (waitSeconds !== undefined) reply.header('preference-applied', `wait=${waitSeconds}`);
    if (known === undefined || !matchesEtag(known, etag)) return job;
    reply.status(304);
    return undefined;
  }
}
