import type { EmbeddingsAnswer } from '../adapters/embeddings/embeddings-dialect.js';
import { embeddingsDialectOf } from '../adapters/embeddings/embeddings-dialect-of.js';
import { renderEmbeddings } from '../adapters/embeddings/render-embeddings.js';
import { RowConverter } from '../adapters/embeddings/row-converter.js';
import { validateEmbeddingsRequest, type EmbeddingsRequest } from '../adapters/openai/validate-embeddings-request.js';
import { withPriority } from '../adapters/openai/with-priority.js';
import type { Catalog } from '../catalog/catalog.js';
import { UseCase, type InferenceCall, type InferenceReply } from '../inference.types.js';
import type { Transport } from '../transport/transport.port.js';
import { EmbeddingCalls } from './embedding-calls.js';
import { ModelCaller } from './model-caller.js';
import { PiecedReply } from './pieced-reply.js';
import { sumUsage } from './sum-usage.js';
import type { UseCaseOptions } from './use-case-options.js';

export class Embeddings extends UseCase {
  private readonly caller: ModelCaller;
  private readonly calls: EmbeddingCalls;
  private readonly converter: RowConverter;

  constructor(catalog: Catalog, transport: Transport, options: UseCaseOptions) {
    super();
    this.caller = new ModelCaller(catalog, transport, options);
    this.converter = options.converter ?? new RowConverter();
    this.calls = new EmbeddingCalls(this.caller);
  }

  async create(given: InferenceCall): Promise<InferenceReply> {
    const entry = this.caller.resolve(given, 'embeddings', 'invoke');
    const dialect = embeddingsDialectOf(entry.adapter);
    const request = validateEmbeddingsRequest(given.body, { objects: dialect.takesObjects === true });
    const call = withPriority(given, entry);
    return this.caller.observed(entry, 'embeddings', async () =>
      this.answer(await this.calls.ask({ entry, call, dialect, request }), call.model, request),
    );
  }

  private async answer(
    answers: readonly EmbeddingsAnswer[],
    model: string,
    { encoding }: EmbeddingsRequest,
  ): Promise<InferenceReply> {
    const usage = sumUsage(answers.map((answer) => answer.usage));
    const [only] = answers;
    const isAsWanted = answers.length === 1 && (only?.encoding === encoding || only?.isEmpty === true);
    const relayed = isAsWanted ? only?.relay?.(model) : undefined;
    if (relayed !== undefined) return new PiecedReply(relayed, usage);
    const rows = await Promise.all(
      answers.map(async (answer) =>
        answer.encoding === encoding ? answer.rows() : this.converter.convert(answer.rows(), encoding),
      ),
    );
    return new PiecedReply(renderEmbeddings(rows.flat(), model, usage), usage);
  }
}
