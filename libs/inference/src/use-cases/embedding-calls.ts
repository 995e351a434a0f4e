import type { EmbeddingEncoding } from '../adapters/embeddings/embedding-encodings.js';
import type {
  EmbeddingsAnswer,
  EmbeddingsDialect,
  EmbeddingsQuestion,
} from '../adapters/embeddings/embeddings-dialect.js';
import { rowBytes, rowsPerReply } from '../adapters/embeddings/row-sizes.js';
import { skimJsonArray } from '../adapters/openai/skim-json-array.js';
import type { EmbeddingsRequest } from '../adapters/openai/validate-embeddings-request.js';
import type { ModelEntry } from '../catalog/model-entry.types.js';
import type { InferenceCall } from '../inference.types.js';
import { planCalls } from '../adapters/plan-calls.js';
import { EmbeddingSizes } from './embedding-sizes.js';
import { inParallel } from './in-parallel.js';
import type { ModelCaller } from './model-caller.js';

export interface EmbeddingsWork {
  readonly entry: ModelEntry;
  readonly call: InferenceCall;
  readonly dialect: EmbeddingsDialect;
  readonly request: EmbeddingsRequest;
}

/** Calls that one request may have in flight upstream. */
const PARALLEL_CALLS = 4;
/** Above this floats are fetched as base64, a quarter of their length as text, and unpacked in a thread. */
const LARGE_ANSWER_BYTES = 256 * 1024;
/** What most models have, and what no model in EMD's catalog exceeds. */
const USUAL_DIMENSIONS = 1_024;
const MOST_DIMENSIONS = 8_192;
/** Room for what surrounds the inputs of a request. */
const ENVELOPE_BYTES = 256;

/** Asks for embeddings, in as many calls as the payload limits of the model's endpoint make necessary. */
export class EmbeddingCalls {
  private readonly sizes = new EmbeddingSizes();

  constructor(private readonly caller: ModelCaller) {}

  /** The answers, in the order of the inputs. @throws GatewayError of the first call that failed; the others are aborted. */
  async ask(work: EmbeddingsWork): Promise<readonly EmbeddingsAnswer[]> {
    const { entry, call, request } = work;
    const known = this.sizes.of(entry.id, call.body);
    const encoding = this.encodingFor(work, known ?? USUAL_DIMENSIONS);
    const { payloadBytes } = entry.limits;
    const rows = (dimensions: number): number => rowsPerReply(payloadBytes, dimensions, encoding);
    // As long as nobody knows how long the embeddings are, they are taken for long.
    const most = rows(known ?? MOST_DIMENSIONS);
    const inputs = request.inputs ?? 1;
    const isOne = inputs <= most && call.body.bytes.length <= payloadBytes;
    const elements = isOne || inputs < 2 ? undefined : skimJsonArray(call.body.raw('input') ?? Buffer.alloc(0));
    if (elements === undefined) return [await this.send(work, { encoding, inputs: request.inputs })];
    const inputBytes = payloadBytes - (call.body.bytes.length - sizeOf(elements)) - ENVELOPE_BYTES;
    const [first = [], ...others] = planCalls(elements, { inputBytes, inputs: most });
    const answer = await this.sendPart(work, first, encoding);
    const learned = rows(this.sizes.of(entry.id, call.body) ?? USUAL_DIMENSIONS);
    const parts = planCalls(others.flat(), { inputBytes, inputs: learned });
    const answers = await inParallel(parts, { limit: PARALLEL_CALLS, signal: call.signal }, (part, signal) =>
      this.sendPart({ ...work, call: { ...call, signal } }, part, encoding),
    );
    return [answer, ...answers];
  }

  private encodingFor({ dialect, request }: EmbeddingsWork, dimensions: number): EmbeddingEncoding {
    if (!dialect.choosesEncoding) return 'float';
    const isLarge = (request.inputs ?? 1) * rowBytes(dimensions, 'float') > LARGE_ANSWER_BYTES;
    return isLarge ? 'base64' : request.encoding;
  }

  private sendPart(
    work: EmbeddingsWork,
    part: readonly Buffer[],
    encoding: EmbeddingEncoding,
  ): Promise<EmbeddingsAnswer> {
    const input = `[${part.map((element) => element.toString('utf8')).join(',')}]`;
    return this.send(work, { encoding, inputs: part.length, input });
  }

  private async send(
    { entry, call, dialect }: EmbeddingsWork,
    { encoding, inputs, input }: { encoding: EmbeddingEncoding; inputs: number | undefined; input?: string },
  ): Promise<EmbeddingsAnswer> {
    const { body } = call;
    const { servedName } = entry;
    const question: EmbeddingsQuestion = { body, servedName, encoding, ...(input === undefined ? {} : { input }) };
    const details = dialect.path === undefined ? {} : { path: dialect.path };
    const reply = await this.caller.invokeForPieces(entry, call, dialect.encode(question), details);
    const answer = dialect.read(reply, inputs, question);
    this.sizes.learn(entry.id, body, { answer, inputs: inputs ?? 1 });
    return answer;
  }
}

function sizeOf(elements: readonly Buffer[]): number {
  return elements.reduce((sum, element) => sum + element.length + 1, 0);
}
