import { AnswerAggregator } from '../adapters/openai/answer-aggregator.js';
import type { WholeAnswer } from '../adapters/openai/decode-chat-reply.js';
import type { ModelEntry } from '../catalog/model-entry.types.js';
import type { InferenceCall, Operation } from '../inference.types.js';
import { FrameStream, type FrameMaker } from './frame-stream.js';
import type { ModelCaller } from './model-caller.js';

/** One call that is answered as it comes. */
export interface StreamedCall {
  readonly entry: ModelEntry;
  readonly call: InferenceCall;
  readonly operation: Operation;
  readonly bytes: Buffer;
}

/** Opens the stream upstream and waits for its first event. @throws GatewayError when it failed before. */
export async function openFrames(
  caller: ModelCaller,
  { entry, call, operation, bytes }: StreamedCall,
  rewriter: FrameMaker,
): Promise<FrameStream> {
  const { holdMs, keepAliveMs } = caller.options;
  const { firstTokenTimeoutMs, stallTimeoutMs } = entry.limits;
  const frames = new FrameStream({
    open: (signal) => caller.openStream(entry, { ...call, signal }, bytes, { operation }),
    rewriter,
    limits: { firstEventMs: firstTokenTimeoutMs, stallMs: stallTimeoutMs, keepAliveMs },
    signal: call.signal,
    onEnd: caller.startObserving(entry, operation),
  });
  await frames.opened(holdMs);
  return frames;
}

/** The whole answer out of a stream. @param expected How many choices it has, and of what kind it is. */
export async function aggregate(
  caller: ModelCaller,
  call: StreamedCall,
  expected: { readonly choices: number; readonly object: WholeAnswer },
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const aggregator = new AnswerAggregator(expected.choices, expected.object);
  for await (const frame of await openFrames(caller, call, aggregator)) pieces.push(frame);
  return Buffer.concat(pieces);
}
