import type { JobObject } from '#contracts';
import {
  Recordings,
  type BatchCaller,
  type HeardSoFar,
  type RecordingFollower,
  type RecordingRequest,
  type RecordingState,
  type RecordingTicket,
  type RenderedText,
} from '#jobs';

type StartedRecording = ReturnType<RecordingRequest['order']> & {
  readonly tenant: string;
  readonly endpoint: string;
  readonly filename: string;
  readonly bytes: Buffer;
  readonly isRetry: boolean;
};

/** Recordings in memory that nobody hears: tests say how far they are. */
export class MemoryRecordings extends Recordings {
  readonly started: StartedRecording[] = [];
  readonly abandoned: RecordingTicket[] = [];
  state: RecordingState = { kind: 'done' };
  /** Texts of the segments that stand, five seconds each. */
  segments: string[] = ['one', 'two'];

  async start({ tenant }: BatchCaller, request: RecordingRequest): Promise<RecordingTicket> {
    const bytes = Buffer.concat(await Array.fromAsync(request.content, (piece) => Buffer.from(piece)));
    const { endpoint, filename, isRetry } = request;
    this.started.push({ tenant, endpoint, filename, bytes, isRetry, ...request.order() });
    return { jobId: 'job_1', digest: 'digest', joinedAtMs: Date.now() };
  }

  show(_tenant: string, jobId: string): Promise<JobObject> {
    return Promise.resolve({ id: jobId, object: 'job', status: 'validating' } as JobObject);
  }

  look(): Promise<RecordingState> {
    return Promise.resolve(this.state);
  }

  transcript(_tenant: string, _jobId: string, options: { readonly format?: string } = {}): Promise<RenderedText> {
    const { text, segments, durationSeconds: duration } = this.heard();
    const body = options.format === 'verbose_json' ? JSON.stringify({ text, segments, duration }) : text;
    return Promise.resolve({ body: Buffer.from(body), contentType: 'text/plain', isComplete: true });
  }

  follow(): Promise<RecordingFollower> {
    let known = 0;
    const next = (): Promise<HeardSoFar | undefined> => {
      if (this.segments.length === known) return Promise.resolve(undefined);
      known = this.segments.length;
      return Promise.resolve(this.heard());
    };
    return Promise.resolve({ next });
  }

  abandon(_tenant: string, ticket: RecordingTicket): Promise<void> {
    this.abandoned.push(ticket);
    return Promise.resolve();
  }

  private heard(): HeardSoFar {
    const segments = this.segments.map((one, index) => ({ start: index * 5, end: (index + 1) * 5, text: ` ${one}` }));
    return { text: this.segments.join(' '), segments, durationSeconds: 10 };
  }
}
