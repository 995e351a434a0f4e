import type { Readable } from 'node:stream';
import { Agent, type Dispatcher } from 'undici';
import { GatewayError } from '../errors/gateway-error.js';
import { namesHost } from './allow-list.js';
import { createGuardedConnector } from './guarded-connector.js';
import { createHostResolver, type ResolveHost } from './host-resolver.js';
import type { OutboundConfig } from './outbound.config.js';
import { OutboundRules } from './outbound-rules.js';
import { translateOutboundError } from './translate-outbound-error.js';

export interface OutboundMessage {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds until the head of the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface OutboundAnswer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
}

export interface OutboundFetch {
  readonly url: string;
  /** Milliseconds until the end of the content. */
  readonly timeoutMs: number;
  /** Most bytes of the content. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** What is read of an answer whose content does not matter, so that its sender sees it taken. */
const DUMPED_BYTES = 16_384;
const MAX_HEADER_BYTES = 16_384;
const MAX_REDIRECTS = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Calls addresses that callers have named. Each connection is checked anew and used once; no proxy of the environment is
 * asked, and nothing is unpacked.
 *
 * Every method throws GatewayError: `address_refused`, `address_unreachable`, `address_too_slow`, or the reason of the signal.
 */
export class OutboundClient {
  readonly rules: OutboundRules;
  private readonly agent: Agent;

  /** @param resolve Takes the place of the name servers. */
  constructor(config: OutboundConfig, resolve?: ResolveHost) {
    this.rules = new OutboundRules(config);
    const ofServers = createHostResolver({ isNamed: (host) => namesHost(config.allow, host) });
    this.agent = new Agent({
      connect: createGuardedConnector(this.rules, resolve ?? ofServers, CONNECT_TIMEOUT_MS),
      maxHeaderSize: MAX_HEADER_BYTES,
    });
  }

  /** Posts a message. Redirects are answers like others, and of an answer's content nothing counts. */
  async post({ url, headers, body, timeoutMs, signal: given }: OutboundMessage): Promise<OutboundAnswer> {
    const signal = withTimeout(timeoutMs, given);
    const answer = await this.send(this.rules.checkUrl(url), { method: 'POST', headers, body, signal });
    // Whether the rest comes decides nothing any more.
    void answer.body.dump({ limit: DUMPED_BYTES, signal }).catch(() => undefined);
    return { status: answer.statusCode, headers: answer.headers };
  }

  /**
   * Opens what can be read at an address; a few redirects are followed, each under the same rules.
   *
   * @returns the content, which fails in the same manner while it is read.
   * @throws GatewayError also `answer_too_large`, and `address_unreachable` for any answer but 200.
   */
  async fetch({ url: text, timeoutMs, maxBytes, signal: given }: OutboundFetch): Promise<AsyncGenerator<Buffer>> {
    const signal = withTimeout(timeoutMs, given);
    let url = this.rules.checkUrl(text);
    for (let redirects = 0; ; redirects++) {
      const headers = { accept: '*/*', 'accept-encoding': 'identity' };
      const answer = await this.send(url, { method: 'GET', headers, signal });
      const { statusCode } = answer;
      if (statusCode === 200) return readBounded(answer, { maxBytes, signal });
      answer.body.on('error', () => undefined).destroy();
      const { location } = answer.headers;
      if (!REDIRECTS.has(statusCode) || typeof location !== 'string' || redirects === MAX_REDIRECTS) {
        throw new GatewayError('address_unreachable', `The address answers with status ${statusCode}, not with 200.`, {
          details: { status: statusCode },
        });
      }
      url = this.rules.checkUrl(URL.parse(location, url)?.href ?? location);
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async send(
    url: URL,
    request: Pick<Dispatcher.RequestOptions, 'method' | 'headers' | 'body'> & { readonly signal: AbortSignal },
  ): Promise<Dispatcher.ResponseData> {
    const { origin, pathname, search } = url;
    const target = { origin, path: `${pathname}${search}`, reset: true };
    // The signal bounds all of it.
    const answer = this.agent.request({ ...request, ...target, headersTimeout: 0, bodyTimeout: 0 });
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(request.signal.reason as Error);
    request.signal.addEventListener('abort', onAbort, { once: true });
    try {
      // A call that waits for its connection does not look at its signal.
      return await Promise.race([answer, aborted]);
    } catch (error) {
      throw translateOutboundError(error, request.signal);
    } finally {
      request.signal.removeEventListener('abort', onAbort);
    }
  }
}

function withTimeout(timeoutMs: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
}

async function* readBounded(
  { headers, body }: { readonly headers: Dispatcher.ResponseData['headers']; readonly body: Readable },
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
): AsyncGenerator<Buffer> {
  const tooLarge = (): GatewayError =>
    new GatewayError('answer_too_large', `The address has more than the ${maxBytes} bytes that are fetched at most.`);
  try {
    if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
    let bytes = 0;
    for await (const piece of body) {
      bytes += (piece as Buffer).length;
      if (bytes > maxBytes) throw tooLarge();
      yield piece as Buffer;
    }
  } catch (error) {
    throw translateOutboundError(error, signal);
  } finally {
    body.on('error', () => undefined).destroy();
  }
}
