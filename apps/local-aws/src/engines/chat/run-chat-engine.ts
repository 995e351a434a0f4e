import type { CallIdentity, EngineResult } from '../generation.js';
import type { Fields } from '../read-fields.js';
import { parseChatRequest } from './parse-chat-request.js';
import { planChat, type ChatLimits } from './plan-chat.js';
import { renderChatChunks } from './render-chat-chunks.js';
import { renderChatCompletion } from './render-chat-completion.js';

/**
 * Answers a chat completion by rules.
 * @throws EngineRejection
 */
export function runChatEngine(body: Fields, identity: CallIdentity, limits: ChatLimits): EngineResult {
  const request = parseChatRequest(body);
  const plan = planChat(request, body, limits);
  // Choices are generated side by side.
  const outputTokens = Math.max(...plan.choices.map((choice) => choice.completionTokens));
  const work = { kind: 'generate', promptTokens: plan.promptTokens, outputTokens } as const;
  if (request.stream) return { kind: 'stream', chunks: renderChatChunks(plan, identity, request), work };
  return { kind: 'complete', data: renderChatCompletion(plan, identity, request.logprobs), work };
}
