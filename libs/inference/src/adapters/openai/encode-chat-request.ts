import { spliceJson, type JsonBody } from '#platform';

/** The caller's bytes for a whole answer; a line of a batch may ask for a stream that nobody could read. */
export function encodeChatRequest(body: JsonBody, servedName: string): Buffer {
  const replacements: Record<string, string> = { model: JSON.stringify(servedName) };
  if (body.kind('stream') === 'boolean' && body.value('stream') === true) {
    replacements['stream'] = 'false';
    if (body.has('stream_options')) replacements['stream_options'] = 'null';
  }
  return spliceJson(body, replacements);
}

export interface StreamRequest {
  readonly bytes: Buffer;
  /** Whether the client asked for a usage chunk. Upstream is always asked, so that every answer is counted. */
  readonly includeUsage: boolean;
  /** Whether the client asked vLLM for usage in every chunk. */
  readonly continuousUsage: boolean;
}

/** The caller's bytes for a streamed answer. */
export function encodeStreamRequest(body: JsonBody, servedName: string): StreamRequest {
  const options =
    body.kind('stream_options') === 'object' ? (body.value('stream_options') as Record<string, unknown>) : {};
  const bytes = spliceJson(body, {
    model: JSON.stringify(servedName),
    stream: 'true',
    stream_options: JSON.stringify({ ...options, include_usage: true }),
  });
  return {
    bytes,
    includeUsage: options['include_usage'] === true,
    continuousUsage: options['continuous_usage_stats'] === true,
  };
}

/** Number of choices that a complete answer has, where each prompt gets `n`. */
export function countChoices(body: JsonBody, prompts = 1): number {
  return (body.kind('n') === 'number' ? (body.value('n') as number) : 1) * prompts;
}
