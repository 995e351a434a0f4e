import { runChatEngine } from '../../engines/chat/run-chat-engine.js';
import { runCompletionEngine } from '../../engines/completions/run-completion-engine.js';
import { runEmbeddingEngine } from '../../engines/embeddings/run-embedding-engine.js';
import { EngineRejection } from '../../engines/engine-rejection.js';
import type { CallIdentity, EngineResult } from '../../engines/generation.js';
import type { Fields } from '../../engines/read-fields.js';
import { runRerankEngine } from '../../engines/rerank/run-rerank-engine.js';
import { runSpeechEngine } from '../../engines/speech/run-speech-engine.js';
import type { EndpointDefinition, EngineKind } from '../endpoints/endpoint-definition.js';

// The names of vLLM's request types, which its refusal lists.
const requestTypesOf: Readonly<Record<EngineKind, string>> = {
  chat: "['ChatCompletionRequest', 'CompletionRequest']",
  embedding: "['EmbeddingRequest']",
  rerank: "['RerankRequest']",
  speech: "['TranscriptionRequest']",
  'speech-emd': '[]',
};

/**
 * Answers a body as vLLM's `/invocations` route does, which has one path for everything and goes by what a body holds.
 * @throws EngineRejection
 */
export function answerByShape(body: Fields, definition: EndpointDefinition, id: string): EngineResult {
  checkModel(body, definition);
  const identity: CallIdentity = { id, createdSeconds: Math.floor(Date.now() / 1000), model: definition.model };
  const { engine } = definition;
  if (engine === 'chat' && 'messages' in body) return runChatEngine(body, identity, definition);
  if (engine === 'chat' && 'prompt' in body) return runCompletionEngine(body, identity, definition);
  if (engine === 'embedding' && 'input' in body) return runEmbeddingEngine(body, identity, definition);
  if (engine === 'rerank' && 'query' in body && 'documents' in body) return runRerankEngine(body, identity);
  if (engine === 'speech' && 'file' in body) return runSpeechEngine(body, identity);
  throw new EngineRejection(`Cannot find suitable handler for request. Expected one of: ${requestTypesOf[engine]}`);
}

function checkModel(body: Fields, definition: EndpointDefinition): void {
  const { model } = body;
  if (model === undefined || model === null || model === '' || model === definition.model) return;
  throw new EngineRejection(
    `The model \`${typeof model === 'string' ? model : JSON.stringify(model)}\` does not exist.`,
    'model',
    404,
  );
}
