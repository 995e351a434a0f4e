import { composeReply } from '../chat/compose-reply.js';
import { EngineRejection } from '../engine-rejection.js';
import {
  createUsage,
  systemFingerprint,
  type CallIdentity,
  type EngineResult,
  type StreamChunk,
} from '../generation.js';
import {
  checkSamplingBounds,
  isStringArray,
  readBoolean,
  readIncludeUsage,
  readInteger,
  readMinTokens,
  readStop,
  type Fields,
} from '../read-fields.js';
import { generateTokens, type GeneratedText } from '../text/generate-tokens.js';
import { countTokens, splitTokens } from '../text/split-tokens.js';

// OpenAI's and vLLM's own default for this API.
const defaultMaxTokens = 16;

interface Prompt {
  readonly text: string;
  readonly tokens: number;
}

/**
 * The older API that continues a prompt: answers it as the chat engine would answer a user.
 * @throws EngineRejection
 */
export function runCompletionEngine(
  body: Fields,
  identity: CallIdentity,
  limits: { readonly maxModelTokens: number },
): EngineResult {
  const prompts = parsePrompts(body['prompt']);
  const stream = readBoolean(body, 'stream');
  checkSamplingBounds(body);
  const maxTokens = readInteger(body, 'max_tokens', { min: 1 }) ?? defaultMaxTokens;
  const minTokens = readMinTokens(body, maxTokens);
  const choiceCount = readInteger(body, 'n', { min: 1, max: 128 }) ?? 1;
  const includeUsage = readIncludeUsage(body, stream);
  const echo = readBoolean(body, 'echo');
  const stop = readStop(body);
  const promptTokens = prompts.reduce((sum, prompt) => sum + prompt.tokens, 0);
  if (prompts.some((prompt) => prompt.tokens + maxTokens > limits.maxModelTokens)) {
    throw new EngineRejection(`This model's maximum context length is ${limits.maxModelTokens} tokens.`, 'prompt');
  }
  const generated = prompts.flatMap((prompt) => {
    const text = generateTokens(composePromptReply(prompt.text), { maxTokens, minTokens, stop });
    return Array.from({ length: choiceCount }, () => ({ ...text, echoed: echo ? splitTokens(prompt.text) : [] }));
  });
  const completionTokens = generated.reduce((sum, choice) => sum + choice.tokens.length, 0);
  const head = {
    id: `cmpl-${identity.id}`,
    object: 'text_completion',
    created: identity.createdSeconds,
    model: identity.model,
    system_fingerprint: systemFingerprint,
  };
  const usage = createUsage(promptTokens, completionTokens);
  // Choices are generated side by side.
  const outputTokens = Math.max(...generated.map((choice) => choice.tokens.length));
  const work = { kind: 'generate', promptTokens, outputTokens } as const;
  if (stream) return { kind: 'stream', chunks: renderChunks(generated, head, includeUsage ? usage : undefined), work };
  return { kind: 'complete', data: { ...head, choices: generated.map(renderChoice), usage }, work };
}

type Choice = GeneratedText & { readonly echoed: readonly string[] };

function renderChoice(choice: Choice, index: number): object {
  const text = [...choice.echoed, ...choice.tokens].join('');
  return { index, text, logprobs: null, finish_reason: choice.finishReason, stop_reason: choice.stoppedAt };
}

function* renderChunks(choices: readonly Choice[], head: object, usage: object | undefined): Generator<StreamChunk> {
  for (const [index, choice] of choices.entries()) {
    for (const text of [...choice.echoed, ...choice.tokens]) {
      yield { data: { ...head, choices: [{ index, text, logprobs: null, finish_reason: null }] }, tokens: 1 };
    }
    const last = { index, text: '', logprobs: null, finish_reason: choice.finishReason };
    yield { data: { ...head, choices: [last] }, tokens: 0 };
  }
  if (usage !== undefined) yield { data: { ...head, choices: [], usage }, tokens: 0 };
}

function composePromptReply(text: string): string {
  const reply = composeReply({
    messages: [{ role: 'user', text, imageUrls: [], toolCalls: [], toolCallId: undefined, name: undefined }],
    tools: [],
    toolChoice: 'none',
    parallelToolCalls: false,
    jsonAnswer: undefined,
    stream: false,
    includeUsage: false,
    choiceCount: 1,
    maxTokens: undefined,
    minTokens: 0,
    stop: [],
    logprobs: false,
  });
  return reply.kind === 'text' ? reply.text : '';
}

function parsePrompts(prompt: unknown): Prompt[] {
  if (typeof prompt === 'string') return [{ text: prompt, tokens: countTokens(prompt) }];
  if (Array.isArray(prompt) && prompt.length > 0) {
    if (isStringArray(prompt)) return prompt.map((text) => ({ text, tokens: countTokens(text) }));
    if (isTokenIds(prompt)) return [describeTokenIds(prompt)];
    if (prompt.every(isTokenIds)) return prompt.map(describeTokenIds);
  }
  throw new EngineRejection('prompt must be a string, an array of strings, or token ids.', 'prompt');
}

/** Ids of another tokenizer mean nothing here; the answer can only say that there were some. */
function describeTokenIds(ids: readonly number[]): Prompt {
  return { text: `${ids.length} token ids`, tokens: ids.length };
}

function isTokenIds(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((id) => Number.isInteger(id));
}
