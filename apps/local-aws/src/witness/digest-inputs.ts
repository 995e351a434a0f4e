import { hash } from 'node:crypto';
import { parseChatMessages } from '../engines/chat/parse-chat-messages.js';
import { EngineRejection } from '../engines/engine-rejection.js';
import type { Fields } from '../engines/read-fields.js';
import { readDocuments } from '../engines/rerank/run-rerank-engine.js';

/**
 * SHA-256 of what a call asks about: the last user message of a chat, each prompt, each input of an embeddings call,
 * query and documents of a rerank call, the audio file of a form. Token ids are digested as their JSON text. Empty where
 * the body is malformed, and where the audio stands elsewhere.
 */
export function digestInputs(body: Fields): string[] {
  try {
    return listInputs(body).map((input) => hash('sha256', input));
  } catch (error) {
    if (error instanceof EngineRejection) return [];
    throw error;
  }
}

function listInputs(body: Fields): (string | Buffer)[] {
  if (Buffer.isBuffer(body['file'])) return [body['file']];
  if ('messages' in body) {
    return [parseChatMessages(body['messages']).findLast((message) => message.role === 'user')?.text ?? ''];
  }
  if ('query' in body) return [String(body['query']), ...readDocuments(body['documents'])];
  const input = body['prompt'] ?? body['input'];
  if (input === undefined) return [];
  if (!Array.isArray(input) || typeof input[0] === 'number') return [textOf(input)];
  return input.map(textOf);
}

function textOf(input: unknown): string {
  return typeof input === 'string' ? input : JSON.stringify(input);
}
