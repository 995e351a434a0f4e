import { EngineRejection } from '../engine-rejection.js';
import { describeImage } from '../images/describe-images.js';
import type { Fields } from '../read-fields.js';
import { generateTokens, type GenerationLimits, type StopReason } from '../text/generate-tokens.js';
import { countTokens, splitTokens } from '../text/split-tokens.js';
import type { ChatMessage, ChatRequest } from './chat-request.js';
import { composeReply, type Reply } from './compose-reply.js';

export interface PlannedToolCall {
  readonly name: string;
  readonly argumentTokens: readonly string[];
}

/** Everything that one choice will say, before it is rendered whole or as a stream. */
export interface PlannedChoice {
  readonly tokens: readonly string[];
  readonly toolCalls: readonly PlannedToolCall[];
  readonly finishReason: StopReason | 'tool_calls';
  readonly stoppedAt: string | null;
  readonly completionTokens: number;
}

export interface ChatPlan {
  readonly choices: readonly PlannedChoice[];
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface ChatLimits {
  /** Context window: prompt and answer together. */
  readonly maxModelTokens: number;
  /** Images that one request may hold; 0 for a model that sees none. */
  readonly maxImages: number;
}

// Role and delimiters of a message, and what primes the answer: as in OpenAI's own counting recipe.
const tokensPerMessage = 4;
const tokensOfPriming = 3;

/** @throws EngineRejection where the prompt does not fit the context window or holds more images than the model takes */
export function planChat(request: ChatRequest, body: Fields, limits: ChatLimits): ChatPlan {
  checkImageCount(request.messages, limits.maxImages);
  const promptTokens = countPromptTokens(request, body);
  const room = limits.maxModelTokens - promptTokens;
  const wanted = request.maxTokens ?? 1;
  if (room < wanted) {
    throw new EngineRejection(
      `This model's maximum context length is ${limits.maxModelTokens} tokens. However, you requested ${promptTokens + wanted} tokens ` +
        `(${promptTokens} in the messages, ${wanted} in the completion). Please reduce the length of the messages or completion.`,
      'messages',
    );
  }
  const reply = composeReply(request);
  const maxTokens = request.maxTokens ?? room;
  const choices = Array.from({ length: request.choiceCount }, (_, index) =>
    planChoice(varyReply(reply, index), { maxTokens, minTokens: request.minTokens, stop: request.stop }),
  );
  return { choices, promptTokens, completionTokens: choices.reduce((sum, choice) => sum + choice.completionTokens, 0) };
}

/** A text that nobody ordered word for word differs between choices in its length, as sampled ones do. */
function varyReply(reply: Reply, index: number): Reply {
  if (index === 0 || reply.kind !== 'text' || !reply.text.startsWith('I am sluice-local')) return reply;
  return { kind: 'text', text: `${reply.text} (${'again, '.repeat(index)}choice ${index + 1})` };
}

function planChoice(reply: Reply, limits: GenerationLimits): PlannedChoice {
  if (reply.kind === 'text') {
    const generated = generateTokens(reply.text, limits);
    return { ...generated, toolCalls: [], completionTokens: generated.tokens.length };
  }
  let left = limits.maxTokens;
  let isCut = false;
  const toolCalls: PlannedToolCall[] = [];
  for (const call of reply.calls) {
    const nameTokens = countTokens(call.name);
    if (left < nameTokens) {
      isCut = true;
      break;
    }
    const all = splitTokens(call.arguments);
    const argumentTokens = all.slice(0, left - nameTokens);
    isCut ||= argumentTokens.length < all.length;
    toolCalls.push({ name: call.name, argumentTokens });
    left -= nameTokens + argumentTokens.length;
  }
  const finishReason = isCut ? 'length' : 'tool_calls';
  return { tokens: [], toolCalls, finishReason, stoppedAt: null, completionTokens: limits.maxTokens - left };
}

function countPromptTokens(request: ChatRequest, body: Fields): number {
  let tokens = tokensOfPriming;
  for (const message of request.messages) {
    tokens += tokensPerMessage + countTokens(message.text);
    for (const call of message.toolCalls) tokens += countTokens(call.name) + countTokens(call.arguments);
    for (const url of message.imageUrls) tokens += describeImage(url).tokens;
  }
  return request.tools.length === 0 ? tokens : tokens + countTokens(JSON.stringify(body['tools']));
}

function checkImageCount(messages: readonly ChatMessage[], maxImages: number): void {
  const count = messages.reduce((sum, message) => sum + message.imageUrls.length, 0);
  if (count === 0 || count <= maxImages) return;
  throw new EngineRejection(
    maxImages === 0
      ? 'The model is not a multimodal model and takes no images.'
      : `At most ${maxImages} image(s) may be provided in one prompt.`,
    'messages',
  );
}
