import { functionFinishReason, functionFromTools } from './legacy-functions.js';
import { showReasoning } from './show-reasoning.js';

/** One choice of a streamed chunk, as a container sent it. */
export interface ChunkChoice {
  index?: unknown;
  delta?: unknown;
  message?: unknown;
  text?: unknown;
  finish_reason?: unknown;
}

/** What tells the chunks of one API from those of another. */
export interface ChunkShape {
  readonly object: string;
  readonly idPrefix: string;
  /** Puts a choice right in place. @param isFirst Whether nothing came of this choice before. */
  correct(choice: ChunkChoice, isFirst: boolean): void;
  /** Whether a choice says anything besides that it has ended. */
  hasContent(choice: ChunkChoice): boolean;
  /** The choice of a chunk that says nothing but that the call is alive. */
  readonly silence: object;
}

export const CHAT_CHUNKS: ChunkShape = {
  object: 'chat.completion.chunk',
  idPrefix: 'chatcmpl-',
  correct: (choice, isFirst) => {
    const delta = correctDelta(choice);
    if (isFirst && typeof delta['role'] !== 'string') delta['role'] = 'assistant';
    showReasoning(delta);
  },
  hasContent: ({ delta }) => saysAnything(delta as Readonly<Record<string, unknown>>),
  silence: { index: 0, delta: {}, finish_reason: null },
};

/** For clients that asked in the deprecated words, and so read `function_call`. */
export const FUNCTION_CHUNKS: ChunkShape = {
  ...CHAT_CHUNKS,
  correct: (choice, isFirst) => {
    CHAT_CHUNKS.correct(choice, isFirst);
    functionFromTools(choice.delta as Record<string, unknown>);
    choice.finish_reason = functionFinishReason(choice.finish_reason);
  },
};

export const COMPLETION_CHUNKS: ChunkShape = {
  object: 'text_completion',
  idPrefix: 'cmpl-',
  correct: (choice) => {
    if (typeof choice.text !== 'string') choice.text = '';
  },
  hasContent: ({ text }) => text !== '',
  silence: { index: 0, text: '', logprobs: null, finish_reason: null },
};

/** An engine that does not stream answers with one whole message. */
function correctDelta(choice: ChunkChoice): Record<string, unknown> {
  const delta = (choice.delta ?? choice.message ?? {}) as Record<string, unknown>;
  delete choice.message;
  choice.delta = delta;
  return delta;
}

function saysAnything(delta: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(delta).some(
    ([key, value]) => key !== 'role' && value !== null && value !== '' && value !== undefined,
  );
}
