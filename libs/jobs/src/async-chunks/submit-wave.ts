import type { DeferredCalls, EncodedCall, SubmitResult } from '#inference';
import type { GatewayError } from '#platform';
import { kindOfFailure, toGatewayError } from '../chunks/judge-failure.js';
import { untilStored } from '../chunks/until-stored.js';
import {
  SUBMIT_WITHIN_MS,
  type AcceptedTry,
  type AsyncReceipt,
  type AsyncWave,
  type CallTry,
} from './async-chunk.types.js';
import type { AsyncFolder } from './async-folder.js';
import type { AsyncLook } from './async-look.js';
import { judge } from './collect-results.js';
import { canaryNameOf, inferenceIdOf, resultNameOf } from './name-calls.js';

export interface PreparedTry extends CallTry {
  readonly encoded: EncodedCall;
}

export interface WaveWork {
  readonly look: AsyncLook;
  readonly folder: AsyncFolder;
  readonly wave: AsyncWave;
  readonly tries: readonly PreparedTry[];
  /** The canary's call, where the wave has one. */
  readonly canary: EncodedCall | undefined;
  readonly now: () => number;
  onSubmission(outcome: SubmitResult['kind']): void;
}

export interface WaveResult {
  readonly accepted: number;
  /** Why the rest was not submitted; absent where all were. */
  readonly error: GatewayError | undefined;
  /** What was written down of it. */
  readonly receipts: readonly AsyncReceipt[];
}

const SUBMISSIONS_AT_ONCE = 8;
/** A submission on its way is not cut off when its worker must stop, since then nobody would know what came of it. */
const DRAIN_MS = 5_000;
/** A worker that dies takes with it what it knows of so many submissions at most. */
const RECEIPT_CALLS = 64;

/**
 * Submits an open wave and writes down what became of it. The first submission that fails for a reason of the
 * endpoint's ends the wave: what was not submitted stays for a later one.
 */
export async function submitWave(work: WaveWork): Promise<WaveResult> {
  const { stop } = work.look;
  const cutOff = new AbortController();
  const drain = (): void => void setTimeout(() => cutOff.abort(), DRAIN_MS).unref();
  stop.addEventListener('abort', drain, { once: true });
  try {
    const run = new WaveRun(work, cutOff.signal);
    const receipts: AsyncReceipt[] = [];
    await run.submitCanary();
    for (let first = 0; first < work.tries.length; first += RECEIPT_CALLS) {
      const receipt = await run.submitSlice(work.tries.slice(first, first + RECEIPT_CALLS));
      await untilStored(() => work.folder.addReceipt(receipt), stop);
      receipts.push(receipt);
    }
    return { ...run.outcome(), receipts };
  } finally {
    stop.removeEventListener('abort', drain);
  }
}

class WaveRun {
  private acceptedCount = 0;
  private error: GatewayError | undefined;
  private readonly deferred: DeferredCalls;

  constructor(
    private readonly work: WaveWork,
    private readonly cutOff: AbortSignal,
  ) {
    this.deferred = work.look.deferred;
  }

  outcome(): Omit<WaveResult, 'receipts'> {
    return { accepted: this.acceptedCount, error: this.error };
  }

  async submitCanary(): Promise<void> {
    const { canary, wave } = this.work;
    if (canary === undefined) return;
    const filename = canaryNameOf(wave.number);
    const result = await this.submit(canary, filename, `${this.work.look.context.record.id}-${filename}`.slice(-64));
    if (result.kind !== 'accepted') this.error = toGatewayError(result.error);
  }

  async submitSlice(tries: readonly PreparedTry[]): Promise<AsyncReceipt> {
    const accepted: AcceptedTry[] = [];
    const unsent: CallTry[] = [];
    const remaining = tries.values();
    const loop = async (): Promise<void> => {
      for (const { encoded, ...one } of remaining) {
        if (this.mustStop()) unsent.push(one);
        else await this.submitOne(one, encoded, { accepted, unsent });
      }
    };
    await Promise.all(Array.from({ length: Math.min(SUBMISSIONS_AT_ONCE, tries.length) }, loop));
    return { version: 1, wave: this.work.wave.number, atMs: this.work.now(), accepted, unsent };
  }

  private mustStop(): boolean {
    const { look, wave, now } = this.work;
    return this.error !== undefined || look.stop.aborted || now() - wave.atMs > SUBMIT_WITHIN_MS;
  }

  private async submitOne(
    one: CallTry,
    encoded: EncodedCall,
    { accepted, unsent }: { readonly accepted: AcceptedTry[]; readonly unsent: CallTry[] },
  ): Promise<void> {
    const { look } = this.work;
    const { record, chunk } = look.context;
    const id = inferenceIdOf({ tenant: record.tenant, jobId: record.id, chunk }, one);
    const result = await this.submit(encoded, resultNameOf(one), id);
    if (result.kind === 'accepted') {
      this.acceptedCount++;
      const foreseen = look.intent.results + resultNameOf(one);
      const elsewhere = result.output === foreseen ? {} : { output: result.output };
      accepted.push({ ...one, failure: result.failure ?? null, ...elsewhere });
      return;
    }
    const error = toGatewayError(result.error);
    if (result.kind === 'refused') {
      unsent.push(one);
      if (kindOfFailure(error) === 'refused') {
        judge(look, one, error);
        return;
      }
    }
    this.error ??= error;
  }

  private async submit(call: EncodedCall, filename: string, inferenceId: string): Promise<SubmitResult> {
    const { look, wave } = this.work;
    const result = await this.deferred.submit(
      look.context.plan.model,
      {
        call,
        inferenceId,
        filename,
        outputExtension: look.intent.outputExtension,
        inputKey: look.intent.inputs + filename,
        ttlSeconds: wave.ttlSeconds,
        timeoutSeconds: wave.timeoutSeconds,
      },
      this.cutOff,
    );
    this.work.onSubmission(result.kind);
    return result;
  }
}
