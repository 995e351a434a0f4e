import { CreateBatchDto, ExpiresAfterDto } from '../openai/create-batch.dto.js';
import { CreateJobDto } from '../openai/create-job.dto.js';
import { CreateUploadDto } from '../openai/create-upload.dto.js';

export type Constructor<T extends object = object> = new () => T;

/**
 * The class behind each nested object. Written down here because the decorator metadata of an optional property
 * (`X | null`) says `X` or `Object` depending on the compiler.
 */
const NESTED: ReadonlyMap<Constructor, Readonly<Record<string, Constructor>>> = new Map<
  Constructor,
  Readonly<Record<string, Constructor>>
>([
  [CreateBatchDto, { output_expires_after: ExpiresAfterDto }],
  [CreateJobDto, { output_expires_after: ExpiresAfterDto }],
  [CreateUploadDto, { expires_after: ExpiresAfterDto }],
]);

export function nestedContracts(contract: Constructor): Readonly<Record<string, Constructor>> {
  return NESTED.get(contract) ?? {};
}
