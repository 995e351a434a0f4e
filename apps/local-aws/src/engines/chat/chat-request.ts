import type { Fields } from '../read-fields.js';

export interface ChatToolCall {
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

export interface ChatMessage {
  /** developer, system, user, assistant, tool, function, or one that a client made up: vLLM takes those too. */
  readonly role: string;
  /** The text parts joined by line breaks. */
  readonly text: string;
  /** URLs of the image parts in their order. */
  readonly imageUrls: readonly string[];
  /** Of an assistant message: what it called, by call id. */
  readonly toolCalls: readonly (ChatToolCall & { readonly id: string })[];
  /** Of a tool message: the call that it answers. */
  readonly toolCallId: string | undefined;
  /** Of a function message: the function that it answers for. */
  readonly name: string | undefined;
}

export interface ChatTool {
  readonly name: string;
  readonly description: string;
  /** JSON schema of the arguments. */
  readonly parameters: Fields;
}

export type ToolChoice = 'none' | 'auto' | 'required' | { readonly name: string };

/** Set when the answer must be JSON; without a schema any object will do. */
export interface JsonAnswer {
  readonly schema: Fields | undefined;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly ChatTool[];
  readonly toolChoice: ToolChoice;
  readonly parallelToolCalls: boolean;
  readonly jsonAnswer: JsonAnswer | undefined;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  readonly choiceCount: number;
  readonly maxTokens: number | undefined;
  /** A shorter text goes on from its beginning until it has so many; 0 for no such wish. */
  readonly minTokens: number;
  readonly stop: readonly string[];
  readonly logprobs: boolean;
}
