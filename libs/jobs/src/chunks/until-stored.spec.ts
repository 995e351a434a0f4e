import { describe, expect, it } from 'vitest';
import { failureOf } from '../testing/index.js';
import { untilStored } from './until-stored.js';

const NEVER = new AbortController().signal;

describe('untilStored', () => {
  it('asks again until the store takes it', async () => {
    let tries = 0;
    const stored = await untilStored(async () => {
      await Promise.resolve();
      if (++tries < 3) throw failureOf('storage_unavailable');
      return 'stored';
    }, NEVER);
    expect([stored, tries]).toEqual(['stored', 3]);
  });

  it('does not ask again after a failure that stays', async () => {
    let tries = 0;
    const write = async (): Promise<void> => {
      tries++;
      await Promise.reject(failureOf('internal_error'));
    };
    await expect(untilStored(write, NEVER)).rejects.toMatchObject({ reason: 'internal_error' });
    expect(tries).toBe(1);
  });

  it('tries once where it must stop, and throws the failure', async () => {
    let tries = 0;
    const write = async (): Promise<void> => {
      tries++;
      await Promise.reject(failureOf('storage_unavailable'));
    };
    await expect(untilStored(write, AbortSignal.abort())).rejects.toMatchObject({ reason: 'storage_unavailable' });
    expect(tries).toBe(1);
  });

  it('tries a last time at once when it is stopped while it waits', async () => {
    const controller = new AbortController();
    let tries = 0;
    const write = async (): Promise<void> => {
      tries++;
      setImmediate(() => controller.abort());
      await Promise.reject(failureOf('storage_unavailable'));
    };
    await expect(untilStored(write, controller.signal)).rejects.toMatchObject({ reason: 'storage_unavailable' });
    expect(tries).toBe(2);
  });
});
