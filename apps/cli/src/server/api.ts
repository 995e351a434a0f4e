import type { Readable } from 'node:stream';
import { Agent, request, type Dispatcher } from 'undici';
import { EXIT_CODES } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { Persistence, type PersistenceOptions } from './persist.js';
import type { ServerPlace } from './find-server.js';
import { Trouble, toTrouble } from './trouble.js';

export type ApiOptions = ServerPlace & Omit<PersistenceOptions, 'place'>;

export interface ApiCall {
  readonly method?: Dispatcher.HttpMethod;
  /** Behind the base URL, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Readable;
  /** Milliseconds until an answer begins, counted from the end of what is sent. */
  readonly answerMs?: number;
  /** Ends this call alone. */
  readonly signal?: AbortSignal;
}

export interface ApiAnswer<T> {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly body: T;
}

const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 60_000;
/** Longest silence within an answer. */
const SILENCE_TIMEOUT_MS = 60_000;
/** What passes by itself, as SDKs have it. */
const PASSING_STATUSES = [408, 409, 425, 429];

/** The server's HTTP api with its key. Each method tries again what may pass, for as long as it makes sense. */
export class Api {
  private readonly persistence: Persistence;
  private readonly agent = new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS }, bodyTimeout: SILENCE_TIMEOUT_MS });

  constructor(private readonly options: ApiOptions) {
    this.persistence = new Persistence({ ...options, place: options.baseUrl });
  }

  /** The whole answer as JSON; `body` is undefined where it is empty. @throws Failure */
  async json<T>(call: ApiCall): Promise<ApiAnswer<T>> {
    return await this.persist(() => this.jsonOnce<T>(call));
  }

  /** One attempt. @throws Trouble where another one may do, Failure where not. */
  async jsonOnce<T>(call: ApiCall): Promise<ApiAnswer<T>> {
    const { statusCode: status, headers, body } = await this.send(call);
    const text = await this.guard(() => body.text());
    return { status, headers, body: this.parse<T>(text) };
  }

  /** Runs attempts until one succeeds. */
  async persist<T>(attempt: () => Promise<T>): Promise<T> {
    return await this.persistence.run(attempt);
  }

  /** One attempt. @throws Trouble where another one may do, Failure where not. */
  async send({ method = 'GET', path, headers, body, answerMs, signal }: ApiCall): Promise<Dispatcher.ResponseData> {
    const { baseUrl, apiKey, signal: ending } = this.options;
    const answer = await this.guard(() =>
      request(`${baseUrl}${path}`, {
        dispatcher: this.agent,
        method,
        headers: {
          authorization: `Bearer ${apiKey}`,
          ...(typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        body: body ?? null,
        headersTimeout: answerMs ?? ANSWER_TIMEOUT_MS,
        signal: signal === undefined ? ending : AbortSignal.any([ending, signal]),
      }),
    );
    if (answer.statusCode < 400) return answer;
    const text = await this.guard(() => answer.body.text());
    throw toFailure(answer, text);
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private parse<T>(text: string): T {
    try {
      return (text === '' ? undefined : JSON.parse(text)) as T;
    } catch (error) {
      const message = `${this.options.baseUrl} does not answer in JSON. Is it the right base URL?`;
      throw new Failure(message, EXIT_CODES.unreachable, { cause: error });
    }
  }

  private async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw toTrouble(error);
    }
  }
}

function toFailure({ statusCode, headers }: Dispatcher.ResponseData, text: string): Trouble | Failure {
  const message = messageOf(text) ?? `the server answers with status ${statusCode}`;
  const shouldRetry = headers['x-should-retry'];
  const passes = shouldRetry === undefined ? isPassing(statusCode) : shouldRetry === 'true';
  if (!passes) {
    const exitCode = statusCode >= 500 ? EXIT_CODES.unreachable : EXIT_CODES.refused;
    return new Failure(`${message} (status ${statusCode}, request ${String(headers['x-request-id'])})`, exitCode);
  }
  const retryAfterMs = Number(headers['retry-after-ms'] ?? Number(headers['retry-after']) * 1000);
  return new Trouble(`status ${statusCode}, ${message.replace(/\.$/, '')}`, {
    answered: true,
    ...(Number.isFinite(retryAfterMs) ? { retryAfterMs } : {}),
  });
}

function isPassing(status: number): boolean {
  return status >= 500 || PASSING_STATUSES.includes(status);
}

function messageOf(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { readonly error?: { readonly message?: unknown } };
    return typeof error?.message === 'string' ? error.message : undefined;
  } catch (error) {
    // A proxy's page.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
