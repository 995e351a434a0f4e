import { pino, type Logger } from 'pino';
import { serializeError } from './serialize-error.js';

export type { Logger } from 'pino';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** JSON lines on standard output. Prompts, outputs, keys and presigned URLs never go in; callers log ids and counts. */
export function createLogger(options: { readonly name: string; readonly level: LogLevel }): Logger {
  return pino({
    name: options.name,
    level: options.level,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['authorization', 'headers.authorization', '*.authorization', 'apiKey', '*.apiKey'],
      remove: true,
    },
    serializers: { error: (error: unknown) => serializeError(error) },
  });
}
