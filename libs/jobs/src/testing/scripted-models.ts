import type { JobEndpoint } from '#contracts';
import type { InferenceCall, InferenceReply, PieceBounds } from '#inference';
import { GatewayError, type JsonBody } from '#platform';
import type { ErrorReason } from '#contracts';
import { BulkModels, type BulkTarget } from '../models/bulk-models.port.js';

/** One call as a script sees it. */
export interface ScriptedCall {
  readonly endpoint: JobEndpoint;
  readonly model: string;
  /** The body's `input`, those of a list joined with commas; of a piece of a recording `start-end`, in samples. */
  readonly input: string;
  /** Each input by itself. */
  readonly inputs: readonly string[];
  /** How many calls with this input there have been, this one included. */
  readonly attempt: number;
  readonly isCanary: boolean;
  /** The endpoint that it is to be made at. */
  readonly place: string | undefined;
  readonly body: JsonBody;
  readonly signal: AbortSignal;
}

export type Script = (call: ScriptedCall) => InferenceReply | Promise<InferenceReply>;

const CANARY = 'canary';

/** What a healthy model says: the input again, and a token for each of its characters. */
export function answerOf({ input }: Pick<ScriptedCall, 'input'>): InferenceReply {
  return {
    body: Buffer.from(JSON.stringify({ echo: input })),
    usage: { promptTokens: input.length, completionTokens: 1, totalTokens: input.length + 1 },
  };
}

/** The embedding that `embeddingsOf` gives a text, as the bytes of its JSON. */
export function embeddingOf(text: string): string {
  return `[${Buffer.from(text).join('.5,-')}]`;
}

/** What a healthy embedding model says to a list of texts: a token for each character. */
export function embeddingsOf({ inputs, model }: Pick<ScriptedCall, 'inputs' | 'model'>): InferenceReply {
  const data = inputs.map((text, index) => `{"object":"embedding","index":${index},"embedding":${embeddingOf(text)}}`);
  const tokens = inputs.join('').length;
  const usage = `{"prompt_tokens":${tokens},"total_tokens":${tokens}}`;
  return {
    body: Buffer.from(`{"object":"list","data":[${data.join(',')}],"model":"${model}","usage":${usage}}`),
    usage: { promptTokens: tokens, completionTokens: 0, totalTokens: tokens },
  };
}

export function failureOf(reason: ErrorReason): GatewayError {
  return new GatewayError(reason, `The model failed: ${reason}.`);
}

/** A call that ends only when it is aborted, as one to a model that hangs. */
export async function hang(signal: AbortSignal): Promise<never> {
  return await new Promise<never>((_, reject) => {
    const fail = (): void => reject(failureOf('client_closed_request'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

/** Models that answer by a script, and the log of all calls made to them. */
export class ScriptedModels extends BulkModels {
  /** Inputs in the order in which they came, those of a list joined with commas, canaries left out. */
  readonly inputs: string[] = [];
  /** The inputs of each call, canaries left out. */
  readonly calls: (readonly string[])[] = [];
  canaries = 0;
  /** Most calls that were in flight at once. */
  mostInFlight = 0;
  script: Script = answerOf;
  private inFlight = 0;
  private readonly known: Map<string, BulkTarget>;

  constructor(targets: Readonly<Record<string, BulkTarget>> = { 'model/dev': { endpoint: 'gpu', concurrency: 4 } }) {
    super();
    this.known = new Map(Object.entries(targets));
  }

  override targets(): readonly BulkTarget[] {
    return [...new Map([...this.known.values()].map((target) => [target.endpoint, target])).values()];
  }

  override target(model: string): BulkTarget | undefined {
    return this.known.get(model);
  }

  override refusal(model: string): { readonly code: string; readonly message: string } | undefined {
    return this.known.has(model) ? undefined : { code: 'model_not_found', message: `No model '${model}'.` };
  }

  /** Puts a model into the catalog. */
  put(model: string, target: BulkTarget): void {
    this.known.set(model, target);
  }

  /** Takes a model out of the catalog. */
  remove(model: string): void {
    this.known.delete(model);
  }

  override async call(
    endpoint: JobEndpoint,
    { model, body, signal, endpoint: place }: InferenceCall,
  ): Promise<InferenceReply> {
    const inputs = inputsOf(body);
    const input = inputs.join(',');
    const isCanary = input === CANARY;
    if (isCanary) this.canaries++;
    else {
      this.inputs.push(input);
      this.calls.push(inputs);
    }
    const attempt = isCanary ? this.canaries : this.inputs.filter((earlier) => earlier === input).length;
    this.inFlight++;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      await Promise.resolve();
      return await this.script({ endpoint, model, input, inputs, attempt, isCanary, place, body, signal });
    } finally {
      this.inFlight--;
    }
  }

  override pieceLimits(): PieceBounds {
    return { targetSeconds: 26, maxSeconds: 30 };
  }

  override canary(model: string): Buffer {
    return Buffer.from(JSON.stringify({ model, input: CANARY }));
  }
}

function inputsOf(body: JsonBody): string[] {
  if (!body.has('input')) return [`${String(body.value('start'))}-${String(body.value('end'))}`];
  const value = body.value('input');
  return Array.isArray(value) ? value.map(String) : [String(value)];
}
