import type { JsonBody } from '#platform';
import type { WholeAnswer } from '../adapters/openai/decode-chat-reply.js';
import { encodeChatRequest, encodeStreamRequest } from '../adapters/openai/encode-chat-request.js';
import type { Catalog } from '../catalog/catalog.js';
import { chooseTransport } from '../catalog/choose-transport.js';
import type { ModelEntry } from '../catalog/model-entry.types.js';
import type { InferenceCall, Operation } from '../inference.types.js';
import { aggregate } from './answer-streams.js';
import { LongAnswers } from './long-answers.js';
import type { ModelCaller } from './model-caller.js';

export interface WholeCall {
  readonly entry: ModelEntry;
  readonly call: InferenceCall;
  /** The caller's body in words that the model server knows. */
  readonly body: JsonBody;
}

export interface WantedAnswer {
  readonly operation: Operation;
  readonly object: WholeAnswer;
  readonly choices: number;
}

/** Fetches whole answers: in one piece where that works, else as a stream that is put together here. */
export class WholeAnswers {
  private readonly longAnswers = new LongAnswers();

  constructor(
    private readonly catalog: Catalog,
    private readonly caller: ModelCaller,
  ) {}

  /** @throws GatewayError `model_not_found` or `unsupported_model`. */
  resolve(call: InferenceCall, operation: Operation): ModelEntry {
    const needsStream = streamsOnly(this.catalog.resolve(call.model), operation);
    return this.caller.resolve(call, operation, needsStream ? 'invoke-stream' : 'invoke');
  }

  /** The model server's whole answer, or one that is as good. @throws GatewayError */
  async fetch(whole: WholeCall, wanted: WantedAnswer): Promise<Buffer> {
    const { entry, call, body } = whole;
    const { operation } = wanted;
    const mayStream = canStream(entry, operation);
    if (streamsOnly(entry, operation) || (mayStream && this.longAnswers.prefersStream(entry, body))) {
      return this.fetchStreamed(whole, wanted);
    }
    const bytes = encodeChatRequest(body, entry.servedName);
    try {
      return await this.caller.observed(entry, operation, () => this.caller.invoke(entry, call, bytes, { operation }));
    } catch (error) {
      if (!this.longAnswers.isWall(entry, body, error) || !mayStream) throw error;
      return this.fetchStreamed(whole, wanted);
    }
  }

  private fetchStreamed({ entry, call, body }: WholeCall, wanted: WantedAnswer): Promise<Buffer> {
    const { bytes } = encodeStreamRequest(body, entry.servedName);
    return aggregate(this.caller, { entry, call, operation: wanted.operation, bytes }, wanted);
  }
}

function streamsOnly(entry: ModelEntry, operation: Operation): boolean {
  return entry.options.streamOnly === true || chooseTransport(entry, operation, 'whole') === undefined;
}

function canStream(entry: ModelEntry, operation: Operation): boolean {
  return chooseTransport(entry, operation, 'stream') !== undefined;
}
