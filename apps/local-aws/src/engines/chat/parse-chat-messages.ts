import { EngineRejection } from '../engine-rejection.js';
import { isFields, type Fields } from '../read-fields.js';
import type { ChatMessage } from './chat-request.js';

export function parseChatMessages(messages: unknown): ChatMessage[] {
  if (!Array.isArray(messages)) throw new EngineRejection('messages must be an array of objects.', 'messages');
  if (messages.length === 0) throw new EngineRejection('messages must hold at least one message.', 'messages');
  return messages.map((message: unknown, index) => parseMessage(message, `messages[${index}]`));
}

function parseMessage(message: unknown, path: string): ChatMessage {
  if (!isFields(message)) throw new EngineRejection(`${path} must be an object.`, path);
  const { role } = message;
  if (typeof role !== 'string' || role === '') throw new EngineRejection(`${path}.role must be a string.`, path);
  const content = parseContent(message['content'], `${path}.content`);
  return {
    role,
    text: content.texts.join('\n'),
    imageUrls: content.imageUrls,
    toolCalls: parseToolCalls(message['tool_calls'], `${path}.tool_calls`),
    toolCallId: typeof message['tool_call_id'] === 'string' ? message['tool_call_id'] : undefined,
    name: typeof message['name'] === 'string' ? message['name'] : undefined,
  };
}

function parseContent(content: unknown, path: string): { texts: string[]; imageUrls: string[] } {
  if (content === undefined || content === null) return { texts: [], imageUrls: [] };
  if (typeof content === 'string') return { texts: [content], imageUrls: [] };
  if (!Array.isArray(content)) throw new EngineRejection(`${path} must be a string or an array of parts.`, path);
  const texts: string[] = [];
  const imageUrls: string[] = [];
  for (const [index, part] of content.entries()) {
    const partPath = `${path}[${index}]`;
    if (!isFields(part)) throw new EngineRejection(`${partPath} must be an object.`, partPath);
    if (part['type'] === 'image_url') imageUrls.push(readImageUrl(part, partPath));
    else texts.push(readText(part, partPath));
  }
  return { texts, imageUrls };
}

function readText(part: Fields, path: string): string {
  const text = part['type'] === 'refusal' ? part['refusal'] : part['text'];
  if ((part['type'] === 'text' || part['type'] === 'refusal') && typeof text === 'string') return text;
  throw new EngineRejection(`Unknown part type or missing text: ${String(part['type'])}`, path);
}

function readImageUrl(part: Fields, path: string): string {
  const image = part['image_url'];
  const url = isFields(image) ? image['url'] : image;
  if (typeof url !== 'string') throw new EngineRejection(`${path}.image_url.url must be a string.`, path);
  return url;
}

function parseToolCalls(calls: unknown, path: string): ChatMessage['toolCalls'] {
  if (calls === undefined || calls === null) return [];
  if (!Array.isArray(calls)) throw new EngineRejection(`${path} must be an array.`, path);
  return calls.map((call: unknown, index) => {
    const called = isFields(call) ? call['function'] : undefined;
    if (!isFields(call) || !isFields(called) || typeof called['name'] !== 'string') {
      throw new EngineRejection(`${path}[${index}].function.name must be a string.`, `${path}[${index}]`);
    }
    const callArguments = called['arguments'];
    return {
      id: typeof call['id'] === 'string' ? call['id'] : '',
      name: called['name'],
      arguments: typeof callArguments === 'string' ? callArguments : JSON.stringify(callArguments ?? {}),
    };
  });
}
