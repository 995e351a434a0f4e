import { EngineRejection } from '../engine-rejection.js';
import {
  checkSamplingBounds,
  isFields,
  readBoolean,
  readIncludeUsage,
  readInteger,
  readMinTokens,
  readStop,
  type Fields,
} from '../read-fields.js';
import type { ChatRequest, ChatTool, JsonAnswer, ToolChoice } from './chat-request.js';
import { parseChatMessages } from './parse-chat-messages.js';

/** @throws EngineRejection with the first fault found */
export function parseChatRequest(body: Fields): ChatRequest {
  const messages = parseChatMessages(body['messages']);
  const tools = parseTools(body['tools']);
  const stream = readBoolean(body, 'stream');
  const logprobs = readBoolean(body, 'logprobs');
  checkSamplingBounds(body);
  if (readInteger(body, 'top_logprobs', { min: 0, max: 20 }) !== undefined && !logprobs) {
    throw new EngineRejection('when using `top_logprobs`, `logprobs` must be set to true.', 'top_logprobs');
  }
  const oldMaxTokens = readInteger(body, 'max_tokens', { min: 1 });
  const maxTokens = readInteger(body, 'max_completion_tokens', { min: 1 }) ?? oldMaxTokens;
  return {
    messages,
    tools,
    toolChoice: parseToolChoice(body['tool_choice'], tools),
    parallelToolCalls: body['parallel_tool_calls'] !== false,
    jsonAnswer: parseResponseFormat(body['response_format']),
    stream,
    includeUsage: readIncludeUsage(body, stream),
    choiceCount: readInteger(body, 'n', { min: 1, max: 128 }) ?? 1,
    maxTokens,
    minTokens: readMinTokens(body, maxTokens),
    stop: readStop(body),
    logprobs,
  };
}

function parseTools(tools: unknown): ChatTool[] {
  if (tools === undefined || tools === null) return [];
  if (!Array.isArray(tools)) throw new EngineRejection('tools must be an array.', 'tools');
  return tools.map((tool: unknown, index) => {
    const definition = isFields(tool) ? tool['function'] : undefined;
    if (!isFields(definition) || typeof definition['name'] !== 'string') {
      throw new EngineRejection(`tools[${index}].function.name must be a string.`, `tools[${index}].function.name`);
    }
    const { description, parameters } = definition;
    return {
      name: definition['name'],
      description: typeof description === 'string' ? description : '',
      parameters: isFields(parameters) ? parameters : {},
    };
  });
}

function parseToolChoice(choice: unknown, tools: readonly ChatTool[]): ToolChoice {
  if (choice === undefined || choice === null) return tools.length > 0 ? 'auto' : 'none';
  if (choice === 'none') return 'none';
  if (choice !== 'auto' && choice !== 'required' && !isFields(choice)) {
    throw new EngineRejection(`Invalid value for tool_choice: ${JSON.stringify(choice)}.`, 'tool_choice');
  }
  if (tools.length === 0) throw new EngineRejection('When using `tool_choice`, `tools` must be set.', 'tool_choice');
  return isFields(choice) ? parseNamedChoice(choice, tools) : choice;
}

function parseNamedChoice(choice: Fields, tools: readonly ChatTool[]): ToolChoice {
  const named = choice['function'];
  const name = isFields(named) ? named['name'] : undefined;
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) {
    throw new EngineRejection(
      'The tool specified in `tool_choice` does not match any of the specified `tools`',
      'tool_choice',
    );
  }
  return { name: tool.name };
}

function parseResponseFormat(format: unknown): JsonAnswer | undefined {
  if (format === undefined || format === null) return undefined;
  const type = isFields(format) ? format['type'] : undefined;
  if (type === 'text') return undefined;
  if (type === 'json_object') return { schema: undefined };
  const definition = isFields(format) ? format['json_schema'] : undefined;
  if (type !== 'json_schema' || !isFields(definition) || !isFields(definition['schema'])) {
    throw new EngineRejection(
      'response_format must be {"type":"text"}, {"type":"json_object"} or {"type":"json_schema","json_schema":{"name","schema"}}.',
      'response_format',
    );
  }
  return { schema: definition['schema'] };
}
