import { describeImage } from '../images/describe-images.js';
import { chooseTools } from '../tools/choose-tools.js';
import { fillSchema } from '../tools/fill-schema.js';
import { answerFromText, type Source } from './answer-from-text.js';
import type { ChatMessage, ChatRequest, ChatToolCall, JsonAnswer } from './chat-request.js';
import { extractQuestion } from './extract-question.js';
import { followArithmetic } from './follow-arithmetic.js';
import { followCountingOrder } from './follow-counting-order.js';
import { followExactOrder } from './follow-exact-order.js';

export type Reply =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool-calls'; readonly calls: readonly ChatToolCall[] };

const digestLength = 120;

/** What the chat engine answers. It follows rules, not weights, and says so where no rule fits. */
export function composeReply(request: ChatRequest): Reply {
  const lastUser = request.messages.findLast((message) => message.role === 'user');
  const userText = lastUser?.text ?? '';
  const last = request.messages.at(-1);
  const isForced = request.toolChoice === 'required' || typeof request.toolChoice === 'object';
  const toolAnswer = last === undefined || isForced ? undefined : citeToolResults(request.messages);
  if (toolAnswer === undefined) {
    const calls = chooseTools(request, userText);
    if (calls.length > 0) return { kind: 'tool-calls', calls };
  }
  const text = toolAnswer ?? composeText(request.messages, userText);
  return {
    kind: 'text',
    text: request.jsonAnswer === undefined ? text : shapeJson(request.jsonAnswer, userText, text),
  };
}

/** What the tools said that were called last, if nobody has spoken since. */
function citeToolResults(messages: readonly ChatMessage[]): string | undefined {
  const isToolMessage = (message: ChatMessage) => message.role === 'tool' || message.role === 'function';
  const start = messages.findLastIndex((message) => !isToolMessage(message)) + 1;
  const results = messages.slice(start);
  if (results.length === 0) return undefined;
  const called = messages[start - 1]?.toolCalls ?? [];
  return results
    .map((result) => {
      const name = result.name ?? called.find((call) => call.id === result.toolCallId)?.name ?? 'the tool';
      return `According to ${name}: ${result.text}`;
    })
    .join('\n');
}

function composeText(messages: readonly ChatMessage[], userText: string): string {
  return (
    followExactOrder(userText) ??
    followStandingOrder(messages) ??
    followCountingOrder(userText) ??
    followArithmetic(userText) ??
    describeImages(messages) ??
    answerFromConversation(messages, userText) ??
    introduce(messages, userText)
  );
}

/** "Always reply with exactly …" in a system message. */
function followStandingOrder(messages: readonly ChatMessage[]): string | undefined {
  const standing = messages.filter(isInstruction).findLast((message) => /\balways\b/i.test(message.text));
  return standing && followExactOrder(standing.text);
}

function describeImages(messages: readonly ChatMessage[]): string | undefined {
  const imageUrls = messages.findLast((message) => message.role === 'user')?.imageUrls ?? [];
  if (imageUrls.length === 0) return undefined;
  const described = imageUrls.map((url) => describeImage(url).description);
  return described.length === 1
    ? `I was given one image: ${described[0]}.`
    : `I was given ${described.length} images: ${described.map((text, index) => `(${index + 1}) ${text}`).join('; ')}.`;
}

function answerFromConversation(messages: readonly ChatMessage[], userText: string): string | undefined {
  const { question, context } = extractQuestion(userText);
  const lastUserIndex = messages.findLastIndex((message) => message.role === 'user');
  const sources: Source[] = messages
    .slice(0, Math.max(lastUserIndex, 0))
    .filter((message) => message.role !== 'assistant')
    .map((message) => ({ text: message.text, saidByUser: message.role === 'user' }));
  return answerFromText(question, [...sources, { text: context, saidByUser: !isQuotedMaterial(context) }]);
}

/** Passages to answer from come numbered or are long; what people say of themselves is neither. */
function isQuotedMaterial(text: string): boolean {
  return text.length > 500 || /\[\d+\]/.test(text);
}

function introduce(messages: readonly ChatMessage[], userText: string): string {
  const asked = userText.replaceAll(/\s+/g, ' ').trim();
  const digest = asked.length > digestLength ? `${asked.slice(0, digestLength)}…` : asked;
  const count = messages.length === 1 ? '1 message' : `${messages.length} messages`;
  return `I am sluice-local, a stand-in that follows simple rules and runs no neural network. I was given ${count}; the last one from the user says: "${digest}"`;
}

function shapeJson(answer: JsonAnswer, userText: string, text: string): string {
  if (isJsonObject(text)) return text;
  if (answer.schema === undefined) return JSON.stringify({ answer: text });
  return JSON.stringify(fillSchema(answer.schema, { text: userText, includeOptional: true, fallbackText: text }));
}

function isJsonObject(text: string): boolean {
  if (!text.startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function isInstruction(message: ChatMessage): boolean {
  return message.role === 'system' || message.role === 'developer';
}
