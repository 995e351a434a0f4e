import { createUsage, systemFingerprint, type CallIdentity, type StreamChunk } from '../generation.js';
import type { ChatPlan, PlannedChoice, PlannedToolCall } from './plan-chat.js';
import { renderLogprobs } from './render-logprobs.js';
import { createToolCallId } from './tool-call-id.js';

interface ChunkOptions {
  readonly logprobs: boolean;
  readonly includeUsage: boolean;
}

interface Delta {
  readonly delta: object;
  readonly tokens: number;
  readonly logprobs?: object;
  readonly finishReason?: string;
}

/** A chat completion as a stream: every choice begins with its role and ends with its finish reason, in turns in between. */
export function* renderChatChunks(
  plan: ChatPlan,
  identity: CallIdentity,
  options: ChunkOptions,
): Generator<StreamChunk> {
  const head = {
    id: `chatcmpl-${identity.id}`,
    object: 'chat.completion.chunk',
    created: identity.createdSeconds,
    model: identity.model,
    system_fingerprint: systemFingerprint,
  };
  const usageSoFar = options.includeUsage ? { usage: null } : {};
  const open = plan.choices.map((choice, index) => listDeltas(choice, { identity, index, logprobs: options.logprobs }));
  for (let unfinished = open.length; unfinished > 0;) {
    for (const [index, deltas] of open.entries()) {
      const next = deltas.next();
      if (next.done === true) continue;
      const { delta, tokens, logprobs, finishReason } = next.value;
      if (finishReason !== undefined) unfinished -= 1;
      const choice = { index, delta, logprobs: logprobs ?? null, finish_reason: finishReason ?? null };
      yield { data: { ...head, choices: [choice], ...usageSoFar }, tokens };
    }
  }
  if (!options.includeUsage) return;
  const usage = createUsage(plan.promptTokens, plan.completionTokens);
  yield { data: { ...head, choices: [], usage }, tokens: 0 };
}

interface DeltaContext {
  readonly identity: CallIdentity;
  readonly index: number;
  readonly logprobs: boolean;
}

function* listDeltas(choice: PlannedChoice, context: DeltaContext): Generator<Delta> {
  yield { delta: { role: 'assistant', content: '' }, tokens: 0 };
  for (const token of choice.tokens) {
    const logprobs = context.logprobs ? { logprobs: renderLogprobs([token]) } : {};
    yield { delta: { content: token }, tokens: 1, ...logprobs };
  }
  for (const [callIndex, call] of choice.toolCalls.entries()) {
    yield* listToolDeltas(call, callIndex, createToolCallId(context.identity, context.index, callIndex));
  }
  yield { delta: {}, tokens: 0, finishReason: choice.finishReason };
}

function* listToolDeltas(call: PlannedToolCall, index: number, id: string): Generator<Delta> {
  yield {
    delta: { tool_calls: [{ index, id, type: 'function', function: { name: call.name, arguments: '' } }] },
    tokens: 1,
  };
  for (const token of call.argumentTokens) {
    yield { delta: { tool_calls: [{ index, function: { arguments: token } }] }, tokens: 1 };
  }
}
