import { ERROR_CODES, renderOpenAiError, type ErrorReason, type OpenAiErrorBody } from '#contracts';

export interface GatewayErrorOptions {
  /** The failure underneath, for the log; never shown to callers. */
  readonly cause?: unknown;
  /** Dotted path of the field at fault, e.g. `messages[0].role`. */
  readonly param?: string;
  /** Seconds after which a retry makes sense. Values above 60 are ignored by the SDKs and therefore cut to 60. */
  readonly retryAfterSeconds?: number;
  /** Overrides the table's status, for a model server's own 4xx passed on. */
  readonly status?: number;
  /** Overrides the table's `error.code`, for a model server's own code passed on. */
  readonly code?: string | null;
  /** Overrides the table's `error.type`. */
  readonly type?: string;
  /** What the log says instead of the message, where that repeats what a model server said: it may quote a prompt. */
  readonly logMessage?: string;
  /** Facts for the log; never shown to callers. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const MAX_RETRY_AFTER_SECONDS = 60;

/** The one error that is thrown across module boundaries. `message` is written for the caller: it names the field and the remedy. */
export class GatewayError extends Error {
  readonly reason: ErrorReason;
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly param: string | null;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly logMessage: string | undefined;

  constructor(reason: ErrorReason, message: string, options: GatewayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'GatewayError';
    const description = ERROR_CODES[reason];
    this.reason = reason;
    this.status = options.status ?? description.status;
    this.type = options.type ?? description.type;
    this.code = options.code === undefined ? description.code : options.code;
    this.param = options.param ?? null;
    this.retryable = description.retryable;
    this.retryAfterSeconds =
      options.retryAfterSeconds === undefined
        ? undefined
        : Math.min(options.retryAfterSeconds, MAX_RETRY_AFTER_SECONDS);
    this.details = options.details;
    this.logMessage = options.logMessage;
  }

  toOpenAi(): OpenAiErrorBody {
    return renderOpenAiError(this);
  }

  static is(error: unknown, reason?: ErrorReason): error is GatewayError {
    return error instanceof GatewayError && (reason === undefined || error.reason === reason);
  }
}
