import { ChatChunkRewriter } from '../adapters/openai/chat-chunk-rewriter.js';
import { COMPLETION_CHUNKS } from '../adapters/openai/chunk-shapes.js';
import { decodeChatReply } from '../adapters/openai/decode-chat-reply.js';
import { countChoices, encodeStreamRequest } from '../adapters/openai/encode-chat-request.js';
import { COMPLETION_MEMBERS, nestUnknownMembers } from '../adapters/openai/nest-unknown-members.js';
import { validateCompletionsRequest } from '../adapters/openai/validate-completions-request.js';
import { withPriority } from '../adapters/openai/with-priority.js';
import type { Catalog } from '../catalog/catalog.js';
import type { ModelEntry } from '../catalog/model-entry.types.js';
import { StreamingUseCase, type InferenceCall, type InferenceReply, type InferenceStream } from '../inference.types.js';
import type { Transport } from '../transport/transport.port.js';
import { openFrames } from './answer-streams.js';
import { ModelCaller } from './model-caller.js';
import type { UseCaseOptions } from './use-case-options.js';
import { WholeAnswers } from './whole-answers.js';

/** The older API that continues a prompt; editors still fill in the middle with it. */
export class Completions extends StreamingUseCase {
  private readonly caller: ModelCaller;
  private readonly wholeAnswers: WholeAnswers;

  constructor(catalog: Catalog, transport: Transport, options: UseCaseOptions) {
    super();
    this.caller = new ModelCaller(catalog, transport, options);
    this.wholeAnswers = new WholeAnswers(catalog, this.caller);
  }

  async create(given: InferenceCall): Promise<InferenceReply> {
    const entry = this.wholeAnswers.resolve(given, 'completions');
    const call = withPriority(given, entry);
    const { body, choices } = prepare(call, entry);
    const object = 'text_completion';
    const bytes = await this.wholeAnswers.fetch({ entry, call, body }, { operation: 'completions', object, choices });
    return decodeChatReply(bytes, { model: call.model, object });
  }

  async stream(call: InferenceCall): Promise<InferenceStream> {
    const entry = this.caller.resolve(call, 'completions', 'invoke-stream');
    const { body, choices } = prepare(call, entry);
    const { bytes, ...wanted } = encodeStreamRequest(body, entry.servedName);
    const rewriter = new ChatChunkRewriter({ model: call.model, choices, shape: COMPLETION_CHUNKS, ...wanted });
    const frames = await openFrames(this.caller, { entry, call, operation: 'completions', bytes }, rewriter);
    return { frames, usage: () => rewriter.usage };
  }
}

function prepare({ body }: InferenceCall, { options }: ModelEntry): { body: InferenceCall['body']; choices: number } {
  const choices = countChoices(body, validateCompletionsRequest(body));
  return { body: options.extraBody === true ? nestUnknownMembers(body, COMPLETION_MEMBERS) : body, choices };
}
