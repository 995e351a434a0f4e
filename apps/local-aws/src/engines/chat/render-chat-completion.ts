import { createUsage, systemFingerprint, type CallIdentity } from '../generation.js';
import type { ChatPlan, PlannedChoice } from './plan-chat.js';
import { renderLogprobs } from './render-logprobs.js';
import { createToolCallId } from './tool-call-id.js';

/** A whole chat completion. */
export function renderChatCompletion(plan: ChatPlan, identity: CallIdentity, logprobs: boolean): object {
  return {
    id: `chatcmpl-${identity.id}`,
    object: 'chat.completion',
    created: identity.createdSeconds,
    model: identity.model,
    choices: plan.choices.map((choice, index) => ({
      index,
      message: renderMessage(choice, identity, index),
      logprobs: logprobs && choice.toolCalls.length === 0 ? renderLogprobs(choice.tokens) : null,
      finish_reason: choice.finishReason,
      stop_reason: choice.stoppedAt,
    })),
    usage: createUsage(plan.promptTokens, plan.completionTokens),
    system_fingerprint: systemFingerprint,
  };
}

function renderMessage(choice: PlannedChoice, identity: CallIdentity, choiceIndex: number): object {
  if (choice.toolCalls.length === 0) return { role: 'assistant', content: choice.tokens.join(''), refusal: null };
  return {
    role: 'assistant',
    content: null,
    refusal: null,
    tool_calls: choice.toolCalls.map((call, index) => ({
      id: createToolCallId(identity, choiceIndex, index),
      type: 'function',
      function: { name: call.name, arguments: call.argumentTokens.join('') },
    })),
  };
}
