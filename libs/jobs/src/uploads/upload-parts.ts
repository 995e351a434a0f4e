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

  /** One LIST for a thousand parts. @throws GatewayError `invalid_value` naming the first that is not there as it should be */
  async pick(partIds: readonly string[]): Promise<readonly StoredPart[]> {
    const stored = await this.stored();
    return partIds.map((id, index) => {
      const part = stored.get(id);
      if (part === undefined) throw refusedPart(index, `the upload has no part '${id.slice(0, 100)}'`);
      const { key, size, promisedBytes = size } = part;
      if (size === promisedBytes) return { key, size };
      throw refusedPart(index, `the part has ${size} bytes, but its link was for ${promisedBytes}`);
    });
  }

  /** Removes all of them; a part that comes later is removed by the search for garbage. */
  async remove(): Promise<void> {
    const keys = [...(await this.stored()).values()].map(({ key }) => key);
    if (keys.length > 0) await this.store.delete(keys);
  }

  private async stored(): Promise<ReadonlyMap<string, ListedPart>> {
    const prefix = objectKeys.uploadParts(this.tenant, this.uploadId);
    const parts = new Map<string, ListedPart>();
    for await (const { objects } of listPages(this.store, prefix)) {
      for (const { key, size } of objects) {
        const [id = '', promised] = key.slice(prefix.length).split('.');
        parts.set(id, { key, size, ...(promised === undefined ? {} : { promisedBytes: Number(promised) }) });
      }
    }
    return parts;
  }
}

interface ListedPart extends StoredPart {
  /** What a link was given out for; absent for parts that came through the api. */
  readonly promisedBytes?: number;
}

function refusedPart(index: number, fault: string): GatewayError {
  const param = `part_ids[${index}]`;
  return new GatewayError('invalid_value', `Invalid '${param}': ${fault}.`, { param });
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
