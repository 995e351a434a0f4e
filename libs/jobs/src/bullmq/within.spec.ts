import { describe, expect, it } from 'vitest';
import type { Redis } from '#platform';
import { within } from './within.js';

const ready = { status: 'ready' } as Redis;

describe('within', () => {
  it('gives what Redis answered', async () => {
    expect(await within(ready, 1000, async () => await Promise.resolve('PONG'))).toBe('PONG');
  });

  it('asks nothing where there is no connection', async () => {
    let asked = 0;
    const operation = async (): Promise<number> => await Promise.resolve(++asked);
    for (const status of ['wait', 'connecting', 'connect', 'reconnecting', 'close', 'end']) {
      const refused = within({ status } as Redis, 1000, operation);
      await expect(refused).rejects.toMatchObject({ reason: 'queue_unavailable' });
    }
    expect(asked).toBe(0);
  });

  it('gives up on a Redis that hangs, and minds no answer that comes late', async () => {
    let fail: (error: Error) => void = () => undefined;
    const hung = new Promise<never>((_, reject) => {
      fail = reject;
    });
    await expect(within(ready, 5, async () => await hung)).rejects.toMatchObject({ reason: 'queue_unavailable' });
    fail(new Error('too late'));
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('says that the queue is not available when a command is refused, and keeps the cause', async () => {
    const cause = new Error('MISCONF Redis is configured to save RDB snapshots');
    const refused = within(ready, 1000, async () => await Promise.reject(cause));
    await expect(refused).rejects.toMatchObject({ reason: 'queue_unavailable', cause });
  });
});
