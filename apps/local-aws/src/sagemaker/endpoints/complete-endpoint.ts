import { GPU_SHAPE_NAMES, GPU_SHAPES, type GpuShape, type GpuShapeName } from '../../engines/gpu/gpu-shapes.js';
import { isFields, type Fields } from '../../engines/read-fields.js';
import type { AsyncInference, EndpointDefinition, EngineKind } from './endpoint-definition.js';

export interface EndpointDefaults {
  readonly tokenDelayMs: number;
  readonly payloadLimitBytes: number;
  readonly invocationTimeoutMs: number;
  readonly streamTimeoutMs: number;
  /** Bucket for the results of asynchronous endpoints that name no other. */
  readonly bucket: string;
}

// The context windows of the models that the default endpoints are named after (bge-m3: 8,192; the chat models: 32,768).
const maxModelTokensOf: Readonly<Record<EngineKind, number>> = {
  chat: 32_768,
  embedding: 8192,
  rerank: 8192,
  // Whisper's own, per half minute of audio.
  speech: 448,
  'speech-emd': 448,
};
const gpuKindOf: Readonly<Record<EngineKind, GpuShape['kind']>> = {
  chat: 'generate',
  embedding: 'encode',
  rerank: 'encode',
  speech: 'transcribe',
  'speech-emd': 'transcribe',
};
const engineKinds = Object.keys(maxModelTokensOf) as EngineKind[];
// Length of bge-m3's vectors.
const defaultDimensions = 1024;
const defaultAsyncConcurrency = 4;

const numberFields = {
  latencyMs: 0,
  tokenDelayMs: 0,
  concurrency: 1,
  maxImages: 0,
  maxModelTokens: 1,
  dimensions: 1,
  payloadLimitBytes: 1,
  invocationTimeoutMs: 1,
  streamTimeoutMs: 1,
} as const;
const knownFields = new Set([
  'name',
  'model',
  'engine',
  'framing',
  'doneMarker',
  'async',
  'inferenceComponent',
  'gpu',
  ...Object.keys(numberFields),
]);

/**
 * A whole definition from what was said of an endpoint.
 * @throws TypeError that names the field at fault
 */
export function completeEndpoint(input: unknown, defaults: EndpointDefaults): EndpointDefinition {
  if (!isFields(input)) throw new TypeError('an endpoint must be an object');
  refuseUnknown(input, knownFields);
  const name = readText(input, 'name');
  if (name === undefined || !/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(name)) {
    throw new TypeError('name must be 1 to 63 letters, digits and hyphens');
  }
  const model = readText(input, 'model');
  if (model === undefined) throw new TypeError('model must name the model that is served');
  const engine = readChoice(input, 'engine', engineKinds);
  if (engine === undefined) throw new TypeError(`engine must be one of: ${engineKinds.join(', ')}`);
  const framing = readChoice(input, 'framing', ['sse', 'json-lines']) ?? 'sse';
  const asyncInference = completeAsync(input['async'], name, defaults);
  const inferenceComponent = readText(input, 'inferenceComponent');
  const gpu = readGpu(input, engine);
  return {
    maxImages: 0,
    maxModelTokens: maxModelTokensOf[engine],
    dimensions: defaultDimensions,
    latencyMs: 0,
    tokenDelayMs: defaults.tokenDelayMs,
    payloadLimitBytes: defaults.payloadLimitBytes,
    invocationTimeoutMs: defaults.invocationTimeoutMs,
    streamTimeoutMs: defaults.streamTimeoutMs,
    ...readNumbers(input),
    name,
    model,
    engine,
    framing,
    doneMarker: readFlag(input, 'doneMarker') ?? framing === 'sse',
    ...(asyncInference && { async: asyncInference }),
    ...(inferenceComponent !== undefined && { inferenceComponent }),
    ...(gpu && { gpu }),
  };
}

function readGpu(input: Fields, engine: EngineKind): GpuShapeName | undefined {
  const name = readChoice(input, 'gpu', GPU_SHAPE_NAMES);
  if (name === undefined || GPU_SHAPES[name].kind === gpuKindOf[engine]) return name;
  throw new TypeError(`gpu ${name} cannot run an engine of the kind ${engine}`);
}

function completeAsync(input: unknown, endpointName: string, defaults: EndpointDefaults): AsyncInference | undefined {
  if (input === undefined || input === false) return undefined;
  const prefix = `s3://${defaults.bucket}/sagemaker/${endpointName}`;
  if (input === true) {
    return {
      s3OutputPath: `${prefix}/output`,
      s3FailurePath: `${prefix}/failure`,
      maxConcurrentInvocationsPerInstance: defaultAsyncConcurrency,
    };
  }
  if (!isFields(input)) throw new TypeError('async must be true, false or an object');
  refuseUnknown(
    input,
    new Set([
      's3OutputPath',
      's3FailurePath',
      'maxConcurrentInvocationsPerInstance',
      'notificationUrl',
      'instances',
      'shuffled',
    ]),
  );
  const s3FailurePath = readS3Path(input, 's3FailurePath');
  const notificationUrl = readText(input, 'notificationUrl');
  if (notificationUrl !== undefined && !URL.canParse(notificationUrl))
    throw new TypeError('notificationUrl must be a URL');
  return {
    s3OutputPath: readS3Path(input, 's3OutputPath') ?? `${prefix}/output`,
    maxConcurrentInvocationsPerInstance:
      readNumber(input, 'maxConcurrentInvocationsPerInstance', 1) ?? defaultAsyncConcurrency,
    ...(s3FailurePath !== undefined && { s3FailurePath }),
    ...readQueue(input),
    ...(notificationUrl !== undefined && { notificationUrl }),
  };
}

function readQueue(input: Fields): Pick<AsyncInference, 'instances' | 'shuffled'> {
  const instances = readNumber(input, 'instances', 0);
  return {
    ...(instances !== undefined && { instances }),
    ...(readFlag(input, 'shuffled') === true && { shuffled: true }),
  };
}

function readS3Path(input: Fields, name: string): string | undefined {
  const path = readText(input, name);
  if (path !== undefined && !/^s3:\/\/[^/]+/.test(path)) throw new TypeError(`${name} must be s3://bucket/prefix`);
  return path?.replace(/\/+$/, '');
}

function readNumbers(input: Fields): Partial<EndpointDefinition> {
  const read = Object.entries(numberFields).flatMap(([name, min]) => {
    const value = readNumber(input, name, min);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(read);
}

function readNumber(input: Fields, name: string, min: number): number | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min) return value;
  throw new TypeError(`${name} must be a whole number of at least ${min}`);
}

function readText(input: Fields, name: string): string | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new TypeError(`${name} must be a string that is not empty`);
}

function readFlag(input: Fields, name: string): boolean | undefined {
  const value = input[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw new TypeError(`${name} must be true or false`);
}

function readChoice<Choice extends string>(
  input: Fields,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new TypeError(`${name} must be one of: ${choices.join(', ')}`);
  return choice;
}

function refuseUnknown(input: Fields, known: ReadonlySet<string>): void {
  const unknown = Object.keys(input).find((name) => !known.has(name));
  if (unknown !== undefined)
    throw new TypeError(`${unknown} is not a field of an endpoint; known are: ${[...known].join(', ')}`);
}
