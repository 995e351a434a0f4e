import { createHash } from 'node:crypto';
import { objectKeys } from '#contracts';
import { GatewayError } from '#platform';
import type { ObjectStore } from '#storage';
import { listPages } from '../objects/list-pages.js';

export interface StoredPart {
  readonly key: string;
  readonly size: number;
}

/** The parts of one upload, as the store has them. */
export class UploadParts {
  constructor(
    private readonly store: ObjectStore,
    private readonly tenant: string,
    private readonly uploadId: string,
  ) {}

  /** One LIST for a thousand parts. @throws GatewayError `invalid_value` naming the first that is not there */
  async pick(partIds: readonly string[]): Promise<readonly StoredPart[]> {
    const sizes = await this.sizes();
    return partIds.map((id, index) => {
      const key = objectKeys.uploadPart(this.tenant, this.uploadId, id);
      const size = sizes.get(key);
      if (size !== undefined) return { key, size };
      throw new GatewayError(
        'invalid_value',
        `Invalid 'part_ids[${index}]': the upload has no part '${id.slice(0, 100)}'.`,
        { param: `part_ids[${index}]` },
      );
    });
  }

  /** Removes all of them; a part that comes later is removed by the search for garbage. */
  async remove(): Promise<void> {
    const keys = [...(await this.sizes()).keys()];
    if (keys.length > 0) await this.store.delete(keys);
  }

  private async sizes(): Promise<ReadonlyMap<string, number>> {
    const sizes = new Map<string, number>();
    for await (const { objects } of listPages(this.store, objectKeys.uploadParts(this.tenant, this.uploadId)))
      for (const { key, size } of objects) sizes.set(key, size);
    return sizes;
  }
}

/** @throws GatewayError `invalid_value` */
export function checkSize(parts: readonly StoredPart[], bytes: number): void {
  const total = parts.reduce((sum, { size }) => sum + size, 0);
  if (total === bytes) return;
  throw new GatewayError(
    'invalid_value',
    `The parts have ${total} bytes together, but the upload was created for ${bytes}. ` +
      'Name all parts, or create an upload with the right number of bytes.',
    { param: 'part_ids' },
  );
}

/** Reads all parts in turn, as there is no other way to the digest of the whole. @throws GatewayError `invalid_value` */
export async function checkMd5(
  store: ObjectStore,
  parts: readonly StoredPart[],
  expected: { readonly md5: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const digest = createHash('md5');
  for (const { key } of parts) {
    const { body } = await store.getStream(key, { signal: expected.signal });
    for await (const piece of body) digest.update(piece as Buffer);
  }
  const found = digest.digest('hex');
  if (found === expected.md5.toLowerCase()) return;
  throw new GatewayError(
    'invalid_value',
    `The parts have the MD5 ${found} together, in this order, and not the one sent.`,
    {
      param: 'md5',
    },
  );
}
