import { ChatChunkRewriter } from '../adapters/openai/chat-chunk-rewriter.js';
import { decodeChatReply } from '../adapters/openai/decode-chat-reply.js';
import { encodeChatRequest, encodeChatStreamRequest } from '../adapters/openai/encode-chat-request.js';
import { validateChatRequest } from '../adapters/openai/validate-chat-request.js';
import type { Catalog } from '../catalog/catalog.js';
import { StreamingUseCase, type InferenceCall, type InferenceReply, type InferenceStream } from '../inference.types.js';
import type { Transport } from '../transport/transport.port.js';
import { FrameStream } from './frame-stream.js';
import { ModelCaller } from './model-caller.js';
import type { UseCaseOptions } from './use-case-options.js';

export class ChatCompletions extends StreamingUseCase {
  private readonly caller: ModelCaller;

  constructor(catalog: Catalog, transport: Transport, options: UseCaseOptions) {
    super();
    this.caller = new ModelCaller(catalog, transport, options);
  }

  async create(call: InferenceCall): Promise<InferenceReply> {
    const entry = this.caller.resolve(call, 'chat', 'invoke');
    validateChatRequest(call.body);
    const bytes = encodeChatRequest(call.body, entry.servedName);
    return this.caller.observed(entry, 'chat', async () =>
      decodeChatReply(await this.caller.invoke(entry, call, bytes), call.model),
    );
  }

  async stream(call: InferenceCall): Promise<InferenceStream> {
    const entry = this.caller.resolve(call, 'chat', 'invoke-stream');
    validateChatRequest(call.body);
    const { bytes, ...wanted } = encodeChatStreamRequest(call.body, entry.servedName);
    const { holdMs, keepAliveMs } = this.caller.options;
    const { firstTokenTimeoutMs, stallTimeoutMs } = entry.limits;
    const rewriter = new ChatChunkRewriter({ model: call.model, ...wanted });
    const frames = new FrameStream({
      open: (signal) => this.caller.openStream(entry, { ...call, signal }, bytes),
      rewriter,
      limits: { firstEventMs: firstTokenTimeoutMs, stallMs: stallTimeoutMs, keepAliveMs },
      signal: call.signal,
      onEnd: this.caller.startObserving(entry, 'chat'),
    });
    await frames.opened(holdMs);
    return { frames, usage: () => rewriter.usage };
  }
}
