import type { SageMakerFailure } from './translate-sagemaker-error.js';

type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Reads an error answer of SageMaker as its rest-json protocol writes it. */
export function readSageMakerFailure(status: number, headers: ResponseHeaders, body: Buffer): SageMakerFailure {
  const text = body.toString('utf8');
  const fields = parseFields(text);
  const retryAfterSeconds = parseRetryAfter(single(headers['retry-after']));
  const originalStatusCode = fields['OriginalStatusCode'];
  const originalMessage = fields['OriginalMessage'];
  return {
    name: exceptionName(
      single(headers['x-amzn-errortype']) ?? textOf(fields['__type']) ?? textOf(fields['code']) ?? '',
    ),
    status,
    message: textOf(fields['Message']) ?? textOf(fields['message']) ?? text,
    ...(typeof originalStatusCode === 'number' ? { originalStatusCode } : {}),
    ...(typeof originalMessage === 'string' ? { originalMessage } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

/** `namespace#Name:https://…` and `Name` alike. */
function exceptionName(text: string): string {
  const name = text.slice(0, text.includes(':') ? text.indexOf(':') : undefined);
  return name.slice(name.indexOf('#') + 1).trim();
}

/** Seconds; dates are read relative to now. */
export function parseRetryAfter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.max(0, Math.ceil((time - Date.now()) / 1000));
}

function parseFields(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // A load balancer's HTML page; status and text say what there is to say.
    return {};
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
