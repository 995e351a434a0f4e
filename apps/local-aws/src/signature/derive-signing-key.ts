import { createHmac } from 'node:crypto';

export interface SigningScope {
  /** yyyymmdd */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

// A key holds for a day, a region and a service, so a handful of entries serves every request of a day.
const maxCachedKeys = 64;
const cachedKeys = new Map<string, Buffer>();

/** The SigV4 signing key of a secret for one day, region and service. */
export function deriveSigningKey(secretAccessKey: string, scope: SigningScope): Buffer {
  const name = JSON.stringify([secretAccessKey, scope.date, scope.region, scope.service]);
  const cached = cachedKeys.get(name);
  if (cached !== undefined) return cached;
  const dateKey = hmac(`AWS4${secretAccessKey}`, scope.date);
  const signingKey = hmac(hmac(hmac(dateKey, scope.region), scope.service), 'aws4_request');
  if (cachedKeys.size >= maxCachedKeys) cachedKeys.clear();
  cachedKeys.set(name, signingKey);
  return signingKey;
}

export function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
