import { runChatEngine } from '../chat/run-chat-engine.js';
import type { CallIdentity, StreamChunk } from '../generation.js';

export const testIdentity: CallIdentity = {
  id: '0f8fad5b-d9cb-469f-a165-70867728950e',
  createdSeconds: 1_795_000_000,
  model: 'test-model',
};
export const testLimits = { maxModelTokens: 4096, maxImages: 2 };

interface TestToolCall {
  readonly id: string;
  readonly type: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface TestCompletion {
  readonly choices: readonly {
    readonly index: number;
    readonly message: { readonly content: string | null; readonly tool_calls?: readonly TestToolCall[] };
    readonly finish_reason: string;
    readonly stop_reason: string | null;
    readonly logprobs: { readonly content: readonly { readonly token: string }[] } | null;
  }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number };
  readonly system_fingerprint: string;
}

/** A whole chat completion. */
export function complete(body: Record<string, unknown>): TestCompletion {
  const result = runChatEngine(body, testIdentity, testLimits);
  if (result.kind !== 'complete') throw new Error('expected a whole answer');
  return result.data as TestCompletion;
}

/** The text that the engine answers to user messages, the earlier of which it is told to have taken note of. */
export function ask(...userTexts: string[]): string {
  const messages = userTexts.flatMap((content, index) =>
    index === 0
      ? [{ role: 'user', content }]
      : [
          { role: 'assistant', content: 'Noted.' },
          { role: 'user', content },
        ],
  );
  return complete({ messages }).choices[0]?.message.content ?? '';
}

interface TestDelta {
  readonly role?: string;
  readonly content?: string;
  readonly tool_calls?: readonly {
    readonly index: number;
    readonly id?: string;
    readonly function: { readonly name?: string; readonly arguments: string };
  }[];
}

export interface TestChunk {
  readonly id: string;
  readonly object: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: TestDelta;
    readonly finish_reason: string | null;
  }[];
  readonly usage?: TestCompletion['usage'] | null;
}

/** The chunks of a streamed chat completion. */
export function stream(body: Record<string, unknown>): TestChunk[] {
  const result = runChatEngine({ ...body, stream: true }, testIdentity, testLimits);
  if (result.kind !== 'stream') throw new Error('expected a stream');
  return [...(result.chunks as Iterable<StreamChunk>)].map((chunk) => chunk.data as TestChunk);
}
