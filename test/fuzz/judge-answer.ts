export interface FuzzAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly requestId: string;
  readonly text: string;
}

const ENVELOPE = ['code', 'message', 'param', 'type'];

/** What is wrong with an answer to a request that may be anything; undefined when nothing is. */
export function judgeAnswer(answer: FuzzAnswer): string | undefined {
  if (answer.requestId === '') return 'has no x-request-id';
  if (answer.status >= 500) return `is a ${answer.status}`;
  if (answer.status === 200) return judgeSuccess(answer);
  if (answer.status < 400) return `is a ${answer.status}`;
  if (!answer.contentType.startsWith('application/json')) return `is an error of type ${answer.contentType}`;
  return isEnvelope(parse(answer.text)) ? undefined : "is an error that is not in OpenAI's shape";
}

function judgeSuccess({ contentType, text }: FuzzAnswer): string | undefined {
  if (!contentType.startsWith('text/event-stream')) {
    const body = parse(text);
    return typeof body === 'object' && body !== null && !('error' in body) ? undefined : 'is a 200 that is no answer';
  }
  const last =
    text
      .split('\n\n')
      .at(-2)
      ?.replace(/^data: /, '') ?? '';
  if (!text.endsWith('\n\n')) return 'is a stream that ends inside a frame';
  if (last !== '[DONE]' && !isEnvelope(parse(last))) return 'is a stream that ends with neither [DONE] nor an error';
  return undefined;
}

function isEnvelope(body: unknown): boolean {
  const { error } = (body ?? {}) as { error?: unknown };
  if (typeof error !== 'object' || error === null) return false;
  const { message, type, param, code } = error as Record<string, unknown>;
  const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
  const isTextOrNull = (value: unknown): boolean => typeof value === 'string' || value === null;
  return (
    Object.keys(error).toSorted().join() === ENVELOPE.join() &&
    isText(message) &&
    isText(type) &&
    isTextOrNull(param) &&
    isTextOrNull(code)
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
