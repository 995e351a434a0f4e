import { randomBytes } from 'node:crypto';
import { attemptWrite } from './attempt-write.js';
import type { Probe } from './probe.types.js';
import { readText } from './read-text.js';
import { settleAll } from './settle-all.js';
import { UnmetGuarantee } from './unmet-guarantee.js';

const REGISTERS = 4;
const WRITERS = 4;
/** A round has at least one winner where the store is sound, so that this many are more than enough. */
const MAX_ROUNDS = 20;
const PADDING_BYTES = 16_384;

interface Register {
  readonly tokens: readonly string[];
  readonly etag: string;
}

/** Several writers add a token each by compare-and-set, readers beside them: no acknowledged token is lost, no read is torn. */
export async function checkCompareAndSet(probe: Probe): Promise<void> {
  await settleAll(
    Array.from({ length: REGISTERS }, (_, index) => checkRegister(probe, `${probe.prefix}register-${index}`)),
  );
}

async function checkRegister(probe: Probe, key: string): Promise<void> {
  probe.keys.add(key);
  await probe.store.put(key, encode([]), { signal: probe.signal });
  const writing = new AbortController();
  const writers = settleAll(Array.from({ length: WRITERS }, () => addToken(probe, key)));
  const stopReader = (): void => writing.abort();
  const reader = readUntil(probe, key, writing.signal);
  const [acknowledged = []] = await settleAll([writers.finally(stopReader), reader]);

  const { tokens } = await readRegister(probe, key);
  if (acknowledged.some((token) => token !== undefined && !tokens.includes(token))) {
    throw new UnmetGuarantee('Of concurrent compare-and-set writes (If-Match) one that was acknowledged got lost.');
  }
}

async function addToken(probe: Probe, key: string): Promise<string | undefined> {
  const token = randomBytes(9).toString('base64url');
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { tokens, etag } = await readRegister(probe, key);
    if (tokens.includes(token)) return token;
    if (await attemptWrite(probe, key, encode([...tokens, token]), { etag })) return token;
  }
  return undefined;
}

async function readUntil(probe: Probe, key: string, stop: AbortSignal): Promise<[]> {
  while (!stop.aborted) await readRegister(probe, key);
  return [];
}

async function readRegister(probe: Probe, key: string): Promise<Register> {
  const stored = await readText(probe, key);
  if (stored === undefined) throw new UnmetGuarantee('An object that was written is missing when it is read.');
  const [head, padding, tail] = stored.text.split('\n');
  if (head !== tail || padding?.length !== PADDING_BYTES) {
    throw new UnmetGuarantee('A read beside concurrent writes saw parts of two of them.');
  }
  return { tokens: head === '' ? [] : (head ?? '').split(','), etag: stored.etag };
}

/** The tokens stand at both ends, so that a mixture of two writes shows. */
function encode(tokens: readonly string[]): string {
  return [tokens.join(','), '-'.repeat(PADDING_BYTES), tokens.join(',')].join('\n');
}
