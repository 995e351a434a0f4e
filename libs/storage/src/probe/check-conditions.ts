import { GatewayError } from '#platform';
import { attemptWrite } from './attempt-write.js';
import type { Probe } from './probe.types.js';
import { readText, type StoredText } from './read-text.js';
import { UnmetGuarantee } from './unmet-guarantee.js';

/** One writer alone: conditions that hold are accepted, others refused, for writes and for reads. */
export async function checkConditions(probe: Probe): Promise<void> {
  const key = `${probe.prefix}conditions`;
  await attemptWrite(probe, key, 'first', { absent: true });
  const first = await expectText(
    probe,
    key,
    'first',
    'A create-only write (If-None-Match: *) of a new object was not stored.',
  );

  await attemptWrite(probe, key, 'second', { absent: true });
  await expectText(probe, key, 'first', 'A create-only write (If-None-Match: *) replaced an object that was there.');

  await attemptWrite(probe, key, 'third', { etag: first.etag });
  await expectText(probe, key, 'third', 'A write that named the right ETag (If-Match) was not stored.');

  await attemptWrite(probe, key, 'fourth', { etag: first.etag });
  await expectText(probe, key, 'third', 'A write that named an outdated ETag (If-Match) replaced the object.');

  await expectStaleReadRefused(probe, key, first.etag);
}

async function expectText(probe: Probe, key: string, text: string, failure: string): Promise<StoredText> {
  const stored = await readText(probe, key);
  if (stored?.text !== text) throw new UnmetGuarantee(failure);
  return stored;
}

async function expectStaleReadRefused(probe: Probe, key: string, staleEtag: string): Promise<void> {
  const [read] = await Promise.allSettled([
    probe.store.get(key, { ifMatch: staleEtag, range: { first: 0, last: 1 }, signal: probe.signal }),
  ]);
  if (read.status === 'fulfilled')
    throw new UnmetGuarantee('A read that named an outdated ETag (If-Match) was answered.');
  if (!GatewayError.is(read.reason, 'precondition_failed')) throw read.reason;
}
