import { chunkName } from '#contracts';
import type { CallTry } from './async-chunk.types.js';

/** SageMaker takes 32 characters and one dot. */
const RESULT_NAME = /^(\d+)-(\d+)\.json$/;
const CANARY_NAME = /^canary-(\d+)\.json$/;

export interface ChunkAddress {
  readonly tenant: string;
  readonly jobId: string;
  readonly chunk: number;
}

/** Path below the endpoint's output path; only characters that SageMaker takes. */
export function outputExtensionOf({ tenant, jobId, chunk }: ChunkAddress): string {
  return `t/${tenant}/jobs/${jobId}/${chunkName(chunk)}`;
}

/** Key prefix of inputs that are too long to travel inline. */
export function inputFolderOf(inputPrefix: string, { jobId, chunk }: ChunkAddress): string {
  return `${inputPrefix.replace(/\/+$/, '')}/bulk/${jobId}/${chunkName(chunk)}/`;
}

export function resultNameOf({ call, try: attempt }: CallTry): string {
  return `${chunkName(call)}-${attempt}.json`;
}

export function canaryNameOf(wave: number): string {
  return `canary-${wave}.json`;
}

/** The same try always has the same id, at most 64 characters. */
export function inferenceIdOf({ jobId, chunk }: ChunkAddress, { call, try: attempt }: CallTry): string {
  return `${jobId}-${chunk}-${call}-${attempt}`.slice(-64);
}

/** Which try, or which wave's canary, a result belongs to; `undefined` for what is none of ours. */
export function readResultName(location: string): CallTry | { readonly canaryOfWave: number } | undefined {
  const name = location.slice(location.lastIndexOf('/') + 1);
  const [, call, attempt] = RESULT_NAME.exec(name) ?? [];
  if (call !== undefined && attempt !== undefined) return { call: Number(call), try: Number(attempt) };
  const [, wave] = CANARY_NAME.exec(name) ?? [];
  return wave === undefined ? undefined : { canaryOfWave: Number(wave) };
}

/** A try as a key of maps. */
export function tryKey({ call, try: attempt }: CallTry): string {
  return `${call}-${attempt}`;
}
