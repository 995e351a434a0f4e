import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { crc32c } from './crc32c.js';
import { crc64Nvme } from './crc64-nvme.js';

export const checksumAlgorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number];

export interface Checksum {
  update(bytes: Uint8Array): void;
  /** Big-endian bytes, as S3 writes them in base64. */
  digest(): Buffer;
}

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return checksumAlgorithms.some((algorithm) => algorithm === name);
}

export function checksumHeaderName(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

export function createChecksum(algorithm: ChecksumAlgorithm): Checksum {
  switch (algorithm) {
    case 'CRC32':
      return checksumOf32Bits((bytes, previous) => crc32(bytes, previous));
    case 'CRC32C':
      return checksumOf32Bits(crc32c);
    case 'CRC64NVME':
      return checksumOf64Bits();
    case 'SHA1':
    case 'SHA256':
      return hashChecksum(algorithm.toLowerCase());
  }
}

function checksumOf32Bits(next: (bytes: Uint8Array, previous: number) => number): Checksum {
  let value = 0;
  return {
    update: (bytes) => {
      value = next(bytes, value);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}

function checksumOf64Bits(): Checksum {
  let value = 0n;
  return {
    update: (bytes) => {
      value = crc64Nvme(bytes, value);
    },
    digest: () => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64BE(value);
      return bytes;
    },
  };
}

function hashChecksum(name: string): Checksum {
  const digest = createHash(name);
  return {
    update: (bytes) => {
      digest.update(bytes);
    },
    digest: () => digest.digest(),
  };
}
