import { createHash } from 'node:crypto';
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { withTag } from './discovered-model.js';

/** SHA-256 of a model's key, 32 bytes, by the model's id. */
export type EmdKeys = ReadonlyMap<string, Buffer>;

/** As EMD's deployments name it. */
export const EMD_KEYS_SECRET = 'EMD-APIKey-Secrets';

export function digestOfKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/**
 * The keys that EMD gave to single models. A secret that does not exist means that there are none.
 *
 * @throws TypeError when the secret is no JSON object of strings; else what the SDK throws.
 */
export async function readEmdKeys(
  client: SecretsManagerClient,
  secretId: string,
  abortSignal: AbortSignal,
): Promise<EmdKeys> {
  let text: string | undefined;
  try {
    ({ SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: secretId }), { abortSignal }));
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return new Map();
    throw error;
  }
  return parseKeys(text ?? '', secretId);
}

function parseKeys(text: string, secretId: string): EmdKeys {
  const keys = new Map<string, Buffer>();
  for (const [model, key] of Object.entries(parseObject(text, secretId))) {
    if (typeof key !== 'string') throw new TypeError(`The secret ${secretId} holds a key that is no string.`);
    // An empty key would let in whoever sends none.
    if (key !== '') keys.set(withTag(model), digestOfKey(key));
  }
  return keys;
}

function parseObject(text: string, secretId: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which is made of keys.
    throw new TypeError(`The secret ${secretId} is not JSON.`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new TypeError(`The secret ${secretId} is no JSON object.`);
}
