import { readRanking, renderRanking, type Ranking } from '../adapters/openai/decode-rerank-reply.js';
import type { RerankRequest, RerankVersion } from '../adapters/openai/rerank-request.types.js';
import { validateRerankRequest } from '../adapters/openai/validate-rerank-request.js';
import { withPriority } from '../adapters/openai/with-priority.js';
import { planCalls } from '../adapters/plan-calls.js';
import { rerankDialectOf } from '../adapters/rerank/rerank-dialect-of.js';
import type { Catalog } from '../catalog/catalog.js';
import type { ModelEntry } from '../catalog/model-entry.types.js';
import { UseCase, type InferenceCall, type InferenceReply } from '../inference.types.js';
import type { Transport } from '../transport/transport.port.js';
import { inParallel } from './in-parallel.js';
import { ModelCaller } from './model-caller.js';
import { sumUsage } from './sum-usage.js';
import type { UseCaseOptions } from './use-case-options.js';

interface RerankWork {
  readonly entry: ModelEntry;
  readonly call: InferenceCall;
  readonly request: RerankRequest;
}

/** Calls that one request may have in flight upstream. */
const PARALLEL_CALLS = 4;
/** What vLLM writes around each document, which it echoes. */
const BYTES_AROUND_RESULT = 160;
/** Room for what surrounds the documents of a request or of an answer. */
const ENVELOPE_BYTES = 1_024;

export class Rerank extends UseCase {
  private readonly caller: ModelCaller;

  constructor(
    catalog: Catalog,
    transport: Transport,
    options: UseCaseOptions,
    private readonly version: RerankVersion = '1',
  ) {
    super();
    this.caller = new ModelCaller(catalog, transport, options);
  }

  async create(given: InferenceCall): Promise<InferenceReply> {
    const entry = this.caller.resolve(given, 'rerank', 'invoke');
    const request = validateRerankRequest(given.body, this.version);
    const call = withPriority(given, entry);
    const work = { entry, call, request };
    return this.caller.observed(entry, 'rerank', async () => renderRanking(await this.rank(work), request, call.model));
  }

  /** Documents that do not fit one call are ranked in several: each score is its document's own. */
  private async rank(work: RerankWork): Promise<Ranking> {
    const { entry, call, request } = work;
    const { payloadBytes } = entry.limits;
    const replyBytes = call.body.bytes.length + request.texts.length * BYTES_AROUND_RESULT;
    if (replyBytes + ENVELOPE_BYTES <= payloadBytes) return this.send(work, undefined);
    const texts = request.texts.map((text) => Buffer.from(JSON.stringify(text)));
    const parts = planCalls(texts, {
      inputBytes: payloadBytes - Buffer.byteLength(JSON.stringify(request.query)) - ENVELOPE_BYTES,
      inputs: texts.length,
      bytesAroundInput: BYTES_AROUND_RESULT,
    });
    const rankings = await inParallel(parts, { limit: PARALLEL_CALLS, signal: call.signal }, (part, signal) =>
      this.send({ ...work, call: { ...call, signal } }, part),
    );
    return joined(rankings, parts);
  }

  private async send({ entry, call, request }: RerankWork, texts: readonly Buffer[] | undefined): Promise<Ranking> {
    const dialect = rerankDialectOf(entry.adapter);
    const question = { body: call.body, request, servedName: entry.servedName };
    const bytes = dialect.encode(texts === undefined ? question : { ...question, texts });
    const details = dialect.path === undefined ? {} : { path: dialect.path };
    return readRanking(await this.caller.invoke(entry, call, bytes, details), (texts ?? request.texts).length);
  }
}

function joined(rankings: readonly Ranking[], parts: readonly (readonly Buffer[])[]): Ranking {
  let offset = 0;
  const scores = rankings.flatMap((ranking, part) => {
    const from = offset;
    offset += parts[part]?.length ?? 0;
    return ranking.scores.map(({ index, score }) => ({ index: from + index, score }));
  });
  return { scores, id: undefined, usage: sumUsage(rankings.map(({ usage }) => usage)) };
}
