import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checksumAlgorithms, createChecksum } from './create-checksum.js';

describe('createChecksum', () => {
  // The check values of the catalogue of parametrised CRC algorithms, and the digests of the same nine bytes.
  it.each([
    ['CRC32', 'cbf43926'],
    ['CRC32C', 'e3069283'],
    ['CRC64NVME', 'ae8b14860a799888'],
    ['SHA1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
    ['SHA256', '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225'],
  ] as const)('computes the known %s of 123456789', (algorithm, expected) => {
    const checksum = createChecksum(algorithm);
    checksum.update(Buffer.from('123456789'));
    expect(checksum.digest().toString('hex')).toBe(expected);
  });

  it.each(checksumAlgorithms)('gives the same %s however the bytes are cut', (algorithm) => {
    const bytes = randomBytes(10_000);
    const whole = createChecksum(algorithm);
    whole.update(bytes);
    const cut = createChecksum(algorithm);
    const cuts = [0, 1, 1, 4099, 10_000];
    for (const [index, start] of cuts.entries()) cut.update(bytes.subarray(start, cuts[index + 1]));
    expect(cut.digest().equals(whole.digest())).toBe(true);
  });
});
