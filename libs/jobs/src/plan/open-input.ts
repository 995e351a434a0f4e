import { buffer } from 'node:stream/consumers';
import { objectKeys, type JobRecord } from '#contracts';
import { GatewayError } from '#platform';
import type { ByteRange, ObjectStore, ObjectStream } from '#storage';
import type { S3Inputs } from '../recordings/s3-inputs.js';

/** What a job reads, from its beginning or in pieces. */
export interface JobInput extends ObjectStream {
  /** Bytes of the very object that was opened. @throws GatewayError `storage_unavailable` when it is not that one any more */
  readRange(range: ByteRange): Promise<Buffer>;
}

/** @returns `undefined` where there is none, or none that may be read. */
export async function openInput(
  { store, s3Inputs }: { readonly store: ObjectStore; readonly s3Inputs: S3Inputs },
  { tenant, inputFileId, inputLocation }: Pick<JobRecord, 'tenant' | 'inputFileId' | 'inputLocation'>,
): Promise<JobInput | undefined> {
  const key = objectKeys.fileContent(tenant, inputFileId);
  const open = async (options: { range?: ByteRange; ifMatch?: string } = {}): Promise<ObjectStream | undefined> =>
    inputLocation === undefined
      ? await store.getStream(key, options)
      : await s3Inputs.open(tenant, inputLocation, options);
  try {
    const whole = await open();
    return whole && { ...whole, readRange: async (range) => await readPiece(open({ range, ifMatch: whole.etag })) };
  } catch (error) {
    if (GatewayError.is(error, 'not_found') || GatewayError.is(error, 'invalid_value')) return undefined;
    throw error;
  }
}

async function readPiece(opened: Promise<ObjectStream | undefined>): Promise<Buffer> {
  const piece = await opened.catch(throwChanged);
  if (piece !== undefined) return await buffer(piece.body).catch(throwChanged);
  throw changed();
}

/** @throws GatewayError `storage_unavailable` where the object is not what it was any more, else what it is given. */
export function throwChanged(error: unknown): never {
  if (GatewayError.is(error, 'precondition_failed') || GatewayError.is(error, 'not_found')) throw changed(error);
  throw error;
}

/** It is begun again, with what is there then. */
function changed(cause?: unknown): GatewayError {
  return new GatewayError('storage_unavailable', 'The input was changed or removed while it was read.', { cause });
}
