import type { LogLevel } from '#platform';
import type { HttpRequest } from '../http/http.types.js';
import type { BufferedOutput } from './buffered-output.js';

/** One line per request: ids, counts and times; never bodies, keys, or anything else a caller wrote but the model's name. */
export interface AccessLog {
  write(request: HttpRequest): void;
  /** Writes out what is still held back. */
  flush(): void;
}

export interface AccessLogOptions {
  readonly level: LogLevel;
  readonly output: BufferedOutput;
  /** Which of several processes that write one log this is. */
  readonly process?: number | undefined;
}

const MAX_CLIENT_ID_LENGTH = 128;

/** Pino's number for `info`: the lines look like those of the process's own log. */
const INFO = 30;
const LEVELS_WITH_INFO: readonly LogLevel[] = ['info', 'debug', 'trace'];

/**
 * Not through pino, whose way of writing a line made more than a quarter of all the garbage of a request. Text in a line
 * is escaped all the same.
 */
export function createAccessLog({ level, output, process: number }: AccessLogOptions): AccessLog {
  const enabled = LEVELS_WITH_INFO.includes(level);
  return {
    write: (request) => {
      if (enabled) output.write(`${JSON.stringify(toLine(request, number))}\n`);
    },
    flush: () => output.flush(),
  };
}

function toLine(request: HttpRequest, number: number | undefined): Record<string, unknown> {
  const { exchange } = request;
  const { caller, route } = exchange;
  const clientRequestId = request.headers['x-client-request-id'];
  return {
    level: INFO,
    time: new Date().toISOString(),
    name: 'access',
    process: number,
    requestId: exchange.requestId,
    method: request.method,
    route: route.label,
    status: exchange.status,
    durationMs: Math.round(exchange.elapsedMs * 10) / 10,
    tenant: caller?.tenant,
    keyId: caller?.keyId,
    model: exchange.model?.slice(0, 200),
    bytes: exchange.bytesSent,
    promptTokens: exchange.usage?.promptTokens,
    completionTokens: exchange.usage?.completionTokens,
    ip: request.ip,
    failure: exchange.failure,
    clientRequestId: typeof clientRequestId === 'string' ? clientRequestId.slice(0, MAX_CLIENT_ID_LENGTH) : undefined,
  };
}
