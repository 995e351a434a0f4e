import { ChatChunkRewriter } from '../adapters/openai/chat-chunk-rewriter.js';
import { CHAT_CHUNKS, FUNCTION_CHUNKS } from '../adapters/openai/chunk-shapes.js';
import { decodeChatReply } from '../adapters/openai/decode-chat-reply.js';
import { countChoices, encodeStreamRequest } from '../adapters/openai/encode-chat-request.js';
import { usesFunctions } from '../adapters/openai/legacy-functions.js';
import { prepareChatBody } from '../adapters/openai/prepare-chat-body.js';
import { validateChatRequest } from '../adapters/openai/validate-chat-request.js';
import { withPriority } from '../adapters/openai/with-priority.js';
import type { Catalog } from '../catalog/catalog.js';
import { StreamingUseCase, type InferenceCall, type InferenceReply, type InferenceStream } from '../inference.types.js';
import type { Transport } from '../transport/transport.port.js';
import { openFrames } from './answer-streams.js';
import { ModelCaller } from './model-caller.js';
import type { UseCaseOptions } from './use-case-options.js';
import { WholeAnswers } from './whole-answers.js';

export class ChatCompletions extends StreamingUseCase {
  private readonly caller: ModelCaller;
  private readonly wholeAnswers: WholeAnswers;

  constructor(catalog: Catalog, transport: Transport, options: UseCaseOptions) {
    super();
    this.caller = new ModelCaller(catalog, transport, options);
    this.wholeAnswers = new WholeAnswers(catalog, this.caller);
  }

  async create(given: InferenceCall): Promise<InferenceReply> {
    const entry = this.wholeAnswers.resolve(given, 'chat');
    validateChatRequest(given.body);
    const call = withPriority(given, entry);
    const functions = usesFunctions(call.body);
    const body = prepareChatBody(call.body, entry.options);
    const bytes = await this.wholeAnswers.fetch(
      { entry, call, body },
      { operation: 'chat', object: 'chat.completion', choices: countChoices(body) },
    );
    return decodeChatReply(bytes, { model: call.model, functions });
  }

  async stream(call: InferenceCall): Promise<InferenceStream> {
    const entry = this.caller.resolve(call, 'chat', 'invoke-stream');
    validateChatRequest(call.body);
    const body = prepareChatBody(call.body, entry.options);
    const { bytes, ...wanted } = encodeStreamRequest(body, entry.servedName);
    const shape = usesFunctions(call.body) ? FUNCTION_CHUNKS : CHAT_CHUNKS;
    const rewriter = new ChatChunkRewriter({ model: call.model, choices: countChoices(body), shape, ...wanted });
    const frames = await openFrames(this.caller, { entry, call, operation: 'chat', bytes }, rewriter);
    return { frames, usage: () => rewriter.usage };
  }
}
