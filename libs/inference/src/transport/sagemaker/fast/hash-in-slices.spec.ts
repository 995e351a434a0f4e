import { hash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashInSlices, SLICE_BYTES } from './hash-in-slices.js';

describe('hashInSlices', () => {
  it.each([0, 1, SLICE_BYTES - 1, SLICE_BYTES, SLICE_BYTES + 1, 3 * SLICE_BYTES])(
    'gives the hash of the whole for %i bytes',
    async (length) => {
      const bytes = randomBytes(length);
      expect(await hashInSlices(bytes)).toBe(hash('sha256', bytes, 'hex'));
    },
  );

  it('lets others run between its slices', async () => {
    let turns = 0;
    const count = (): void => {
      turns++;
      if (turns < 100) setImmediate(count);
    };
    setImmediate(count);
    await hashInSlices(Buffer.alloc(4 * SLICE_BYTES));
    expect(turns).toBeGreaterThanOrEqual(2);
  });
});
