import { isIP } from 'node:net';
import { ConfigurationError, readInteger, readString, type Environment } from '#platform';
import type { CorsPolicy } from './cors/cors-policy.js';
import { readTlsConfig, type TlsConfig } from './tls/tls.config.js';

/** How the api speaks HTTP. */
export interface HttpConfig {
  /** Largest JSON body in bytes. */
  readonly maxJsonBytes: number;
  /** Largest uploaded file in bytes. */
  readonly maxFileBytes: number;
  /** Largest recording that is transcribed in one call, in bytes. */
  readonly maxAudioBytes: number;
  /** Milliseconds after which a recording that its caller has left is given up. */
  readonly recordingGraceMs: number;
  /** Milliseconds for a request's head to arrive. */
  readonly headersTimeoutMs: number;
  /** Milliseconds for a whole request to arrive. */
  readonly requestTimeoutMs: number;
  /** Milliseconds an idle connection is kept. */
  readonly keepAliveTimeoutMs: number;
  /** Connections at once; further ones are closed as they come. */
  readonly maxConnections: number;
  /** Milliseconds the reader of a stream may take to make room. */
  readonly slowReaderTimeoutMs: number;
  /** Milliseconds after which a stream of a job's events ends, to be asked for again. */
  readonly eventsMaxMs: number;
  readonly cors: CorsPolicy;
  /** Addresses and networks whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Undefined where the port speaks plain HTTP. */
  readonly tls: TlsConfig | undefined;
}

const MEBIBYTE = 1_048_576;
const HOUR_MS = 3_600_000;
/** The SDKs' own limit for a request, uploads included. */
const REQUEST_TIMEOUT_MS = 600_000;
/** Above the 60 s after which AWS's load balancers drop an idle connection: whoever keeps it longer must be the server. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** @throws ConfigurationError naming the variable. */
export function readHttpConfig(environment: Environment): HttpConfig {
  const milliseconds = (name: string, fallback: number): number =>
    readInteger(environment, name, { fallback, min: 100, max: HOUR_MS });
  return Object.freeze({
    maxJsonBytes: readInteger(environment, 'SLUICE_MAX_JSON_BYTES', {
      fallback: 25 * MEBIBYTE,
      min: 1024,
      max: 512 * MEBIBYTE,
    }),
    // What a batch of a million lines may come to; it goes to storage as it comes and is never held in memory.
    maxFileBytes: readInteger(environment, 'SLUICE_MAX_FILE_BYTES', {
      fallback: 8192 * MEBIBYTE,
      min: 1024,
      max: 65_536 * MEBIBYTE,
    }),
    // OpenAI's limit, too. All of it is held in memory.
    maxAudioBytes: readInteger(environment, 'SLUICE_MAX_AUDIO_BYTES', {
      fallback: 25 * MEBIBYTE,
      min: 1024,
      max: 512 * MEBIBYTE,
    }),
    recordingGraceMs: milliseconds('SLUICE_RECORDING_GRACE_MS', 60_000),
    headersTimeoutMs: milliseconds('SLUICE_HEADERS_TIMEOUT_MS', 15_000),
    requestTimeoutMs: milliseconds('SLUICE_UPLOAD_TIMEOUT_MS', REQUEST_TIMEOUT_MS),
    keepAliveTimeoutMs: milliseconds('SLUICE_KEEP_ALIVE_TIMEOUT_MS', KEEP_ALIVE_TIMEOUT_MS),
    // Far above what one process can serve, and low enough to keep memory and descriptors for those that it does.
    maxConnections: readInteger(environment, 'SLUICE_MAX_CLIENT_CONNECTIONS', {
      fallback: 10_000,
      min: 1,
      max: 1_000_000,
    }),
    slowReaderTimeoutMs: milliseconds('SLUICE_SLOW_READER_TIMEOUT_MS', 60_000),
    eventsMaxMs: milliseconds('SLUICE_EVENTS_MAX_MS', 900_000),
    cors: readCors(readString(environment, 'SLUICE_CORS_ORIGINS', '*')),
    trustedProxies: readProxies(readString(environment, 'SLUICE_TRUSTED_PROXIES', 'none')),
    tls: readTlsConfig(environment),
  });
}

function readCors(text: string): CorsPolicy {
  if (text === '*') return 'any';
  if (text === 'none') return 'none';
  const origins = split(text);
  for (const origin of origins) {
    if (URL.canParse(origin) && new URL(origin).origin === origin) continue;
    throw new ConfigurationError(
      `SLUICE_CORS_ORIGINS must be '*', 'none' or origins like https://app.example.com, but holds '${origin}'.`,
    );
  }
  return Object.freeze(origins);
}

function readProxies(text: string): readonly string[] {
  if (text === 'none') return [];
  const proxies = split(text);
  for (const proxy of proxies) {
    const [address = '', bits = '0'] = proxy.split('/');
    if (proxy === 'loopback' || (isIP(address) !== 0 && /^\d{1,3}$/.test(bits))) continue;
    throw new ConfigurationError(
      `SLUICE_TRUSTED_PROXIES must be 'none', 'loopback', addresses or networks like 10.0.0.0/8, but holds '${proxy}'.`,
    );
  }
  return Object.freeze(proxies);
}

function split(text: string): string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}
