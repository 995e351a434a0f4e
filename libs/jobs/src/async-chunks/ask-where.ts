import type { DeferredCalls, DeferredWay, EncodedCall, Operation } from '#inference';
import { GatewayError, newId, scanJsonObject } from '#platform';
import { toGatewayError } from '../chunks/judge-failure.js';
import type { ChunkContext } from '../chunks/job-context.js';
import type { BulkModels } from '../models/bulk-models.port.js';
import { inputFolderOf, outputExtensionOf, type ChunkAddress } from './name-calls.js';

export interface CanaryParts {
  readonly options: { readonly deferred: DeferredCalls; readonly models: BulkModels };
  readonly context: ChunkContext;
  readonly way: DeferredWay;
  readonly operation: Operation;
  readonly stop: AbortSignal;
}

/** The least that SageMaker takes; nobody reads the answer. */
const TTL_SECONDS = 60;
const TIMEOUT_SECONDS = 60;
const ID_CHARACTERS = 24;

/** A tiny request that every healthy model of this endpoint answers. */
export async function encodeCanary({ options, context, operation, stop }: CanaryParts): Promise<EncodedCall> {
  const { plan, record } = context;
  const body = scanJsonObject(options.models.canary(plan.model, record.endpoint));
  const requestId = newId('canary-');
  return await options.deferred.encode(operation, { model: plan.model, body, requestId, signal: stop });
}

/**
 * Only the answer to a submission tells where an endpoint writes its results, and a submission whose answer is lost
 * must not be a line's. So the first that a process makes to an endpoint is a tiny one that may be made twice.
 *
 * @returns a location with a slash at its end. @throws GatewayError
 */
export async function askWhere(parts: CanaryParts, address: ChunkAddress): Promise<string> {
  const { options, context, way, stop } = parts;
  const outputExtension = outputExtensionOf(address);
  const filename = `${newId('where-').slice(0, ID_CHARACTERS)}.json`;
  const submission = {
    call: await encodeCanary(parts),
    inferenceId: newId('where-'),
    filename,
    outputExtension,
    inputKey: inputFolderOf(way.options.inputPrefix, address) + filename,
    ttlSeconds: TTL_SECONDS,
    timeoutSeconds: TIMEOUT_SECONDS,
  };
  const result = await options.deferred.submit(context.plan.model, submission, stop);
  if (result.kind !== 'accepted') throw toGatewayError(result.error);
  const tail = `${outputExtension}/${filename}`;
  if (result.output.endsWith(tail)) return result.output.slice(0, -tail.length);
  throw new GatewayError('internal_error', 'The endpoint does not write results under the path it was given.', {
    details: { output: result.output, tail },
  });
}
