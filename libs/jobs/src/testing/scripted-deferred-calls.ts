import {
  DeferredCalls,
  type DeferredFailure,
  type DeferredWay,
  type EncodedCall,
  type InferenceCall,
  type InferenceReply,
  type Operation,
  type Submission,
  type SubmitResult,
} from '#inference';
import { GatewayError } from '#platform';
import { answerOf, failureOf } from './scripted-models.js';

/** A submission that stands in the queue, or has stood there. */
export interface QueuedCall {
  readonly input: string;
  readonly submission: Submission;
  readonly output: string;
  readonly failure: string;
}

const CANARY = 'canary';

/** An asynchronous endpoint by script: calls wait until the test answers or fails them. */
export class ScriptedDeferredCalls extends DeferredCalls {
  /** Accepted submissions of lines, oldest first. */
  readonly queued: QueuedCall[] = [];
  /** Accepted submissions that are no line's. */
  readonly canaries: QueuedCall[] = [];
  readonly objects = new Map<string, string>();
  lists = 0;
  /** What a submission comes to instead of standing in the queue. */
  refuse: ((input: string) => SubmitResult | undefined) | undefined;
  options = { inputPrefix: 'async', timeoutSeconds: 900, ttlSeconds: 3600, outstanding: 100 };
  choice: DeferredWay['choice'];
  root = 's3://results/out/';

  /** Inputs in the order in which they were accepted. */
  get inputs(): string[] {
    return this.queued.map(({ input }) => input);
  }

  /** Answers all that is queued and has neither answer nor failure, or those of one input. */
  answer(input?: string): void {
    for (const call of this.waiting(input)) this.objects.set(call.output, JSON.stringify({ input: call.input }));
  }

  fail(input: string, text: string): void {
    for (const call of this.waiting(input)) this.objects.set(call.failure, text);
  }

  answerCanaries(): void {
    for (const { output, input } of this.canaries) this.objects.set(output, JSON.stringify({ input }));
  }

  override way(model: string): DeferredWay | undefined {
    if (model !== 'model/dev') return undefined;
    return {
      endpoint: 'gpu-async',
      options: this.options,
      ...(this.choice === undefined ? {} : { choice: this.choice }),
    };
  }

  override async encode(_operation: Operation, { body }: InferenceCall): Promise<EncodedCall> {
    await Promise.resolve();
    if (body.value('input') === 'malformed') throw failureOf('upstream_rejected');
    return { body: body.bytes, contentType: 'application/json' };
  }

  override async decode(_operation: Operation, _call: InferenceCall, answer: Buffer): Promise<InferenceReply> {
    await Promise.resolve();
    const text = answer.toString('utf8');
    if (text === 'garbage') throw failureOf('upstream_garbage');
    return answerOf(JSON.parse(text) as { readonly input: string });
  }

  override async submit(_model: string, submission: Submission, _signal: AbortSignal): Promise<SubmitResult> {
    await Promise.resolve();
    const { input } = JSON.parse(submission.call.body.toString('utf8')) as { readonly input: string };
    const isCanary = input === CANARY;
    const refusal = this.refuse?.(input);
    const output = `${this.root}${submission.outputExtension}/${submission.filename}`;
    const failure = `s3://results/failed/${this.queued.length + this.canaries.length}-error.out`;
    const call = { input, submission, output, failure };
    if (refusal === undefined || refusal.kind === 'unclear') (isCanary ? this.canaries : this.queued).push(call);
    return refusal ?? { kind: 'accepted', output, failure };
  }

  override async list(prefix: string): Promise<readonly string[]> {
    await Promise.resolve();
    this.lists++;
    return [...this.objects.keys()].filter((location) => location.startsWith(prefix));
  }

  override async read(location: string): Promise<Buffer | undefined> {
    await Promise.resolve();
    const text = this.objects.get(location);
    return text === undefined ? undefined : Buffer.from(text);
  }

  override readFailure(_model: string, text: string): DeferredFailure {
    if (text === 'expired') return { kind: 'not-run', text };
    return { kind: 'failed', error: new GatewayError(text as 'upstream_error', `The model failed: ${text}.`) };
  }

  private waiting(input: string | undefined): QueuedCall[] {
    return this.queued.filter(
      (call) =>
        (input === undefined || call.input === input) &&
        !this.objects.has(call.output) &&
        !this.objects.has(call.failure),
    );
  }
}
