import {
  StreamingUseCase,
  UseCase,
  type InferenceCall,
  type InferenceReply,
  type InferenceStream,
  type Usage,
} from '#inference';
import { GatewayError } from '#platform';

export const USAGE: Usage = { promptTokens: 3, completionTokens: 2, totalTokens: 5 };

/** A use case that answers as a test says, and keeps the calls it was given. */
export class ScriptedUseCase extends UseCase {
  readonly calls: InferenceCall[] = [];

  constructor(private readonly script: (call: InferenceCall) => Promise<InferenceReply> | InferenceReply) {
    super();
  }

  override async create(call: InferenceCall): Promise<InferenceReply> {
    this.calls.push(call);
    return this.script(call);
  }
}

export interface ChatScript {
  readonly create?: (call: InferenceCall) => Promise<InferenceReply> | InferenceReply;
  readonly frames?: (call: InferenceCall) => AsyncIterable<Buffer>;
}

export class ScriptedChat extends StreamingUseCase {
  readonly calls: InferenceCall[] = [];

  constructor(private readonly script: ChatScript = {}) {
    super();
  }

  override async create(call: InferenceCall): Promise<InferenceReply> {
    this.calls.push(call);
    return this.script.create === undefined ? chatReply(call.model) : this.script.create(call);
  }

  override stream(call: InferenceCall): Promise<InferenceStream> {
    this.calls.push(call);
    const frames = this.script.frames === undefined ? chatFrames(call.model) : this.script.frames(call);
    return Promise.resolve({ frames, usage: () => USAGE });
  }
}

export function chatReply(model: string): InferenceReply {
  const body = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hello there' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  };
  return { body: Buffer.from(JSON.stringify(body)), usage: USAGE };
}

async function* chatFrames(model: string): AsyncGenerator<Buffer> {
  yield chatFrame(model, { role: 'assistant', content: '' });
  for (const content of ['Hello', ' there']) yield chatFrame(model, { content });
  yield chatFrame(model, {}, 'stop');
  yield await Promise.resolve(Buffer.from('data: [DONE]\n\n'));
}

export function chatFrame(model: string, delta: object, finishReason: string | null = null): Buffer {
  const chunk = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1_700_000_000,
    model,
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  };
  return Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);
}

/** Rejects with the signal's reason once it aborts; never resolves. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(GatewayError.is(signal.reason) ? signal.reason : new Error('aborted'));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}
