import { hostname } from 'node:os';
import { pino, type Logger } from 'pino';
import { serializeError } from './serialize-error.js';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  readonly name: string;
  readonly level: LogLevel;
  /** Which of several processes that write one log this is. */
  readonly process?: number | undefined;
}

/** JSON lines on standard output. Prompts, outputs, keys and presigned URLs never go in; callers log ids and counts. */
export function createLogger({ name, level, process: number }: LoggerOptions): Logger {
  return pino({
    base: { pid: process.pid, hostname: hostname(), name, ...(number !== undefined && { process: number }) },
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['authorization', 'headers.authorization', '*.authorization', 'apiKey', '*.apiKey'],
      remove: true,
    },
    serializers: { error: (error: unknown) => serializeError(error) },
  });
}
