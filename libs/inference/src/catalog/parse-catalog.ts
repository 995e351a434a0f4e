import { parseDocument } from 'yaml';
import { ConfigurationError } from '#platform';
import { EntryReader } from './entry-reader.js';
import {
  ADAPTER_NAMES,
  MODEL_TYPES,
  TRANSPORT_NAMES,
  type ModelEntry,
  type ModelLimits,
  type SageMakerTarget,
} from './model-entry.types.js';

/** What a model's limits are where its entry is silent. */
export type LimitDefaults = Pick<ModelLimits, 'requestTimeoutMs' | 'firstTokenTimeoutMs' | 'stallTimeoutMs'>;

export const LIMIT_DEFAULTS: LimitDefaults = {
  // SageMaker gives a container 60 s to answer; AWS advises client time-outs of 70 s and more.
  requestTimeoutMs: 70_000,
  firstTokenTimeoutMs: 120_000,
  stallTimeoutMs: 60_000,
};

const DEFAULT_CONCURRENCY = 8;
/** The payload limit in SageMaker's API model; endpoints in some regions take 25 MB, which an entry may say. */
const DEFAULT_PAYLOAD_BYTES = 6_291_456;
const MAX_PAYLOAD_BYTES = 25 * 1024 * 1024;
const MAX_TIMEOUT_MS = 3_600_000;
const MODEL_FIELDS = ['id', 'type', 'target', 'transports', 'adapter', 'servedName', 'limits', 'aliases'];
const LIMIT_FIELDS = ['concurrency', 'requestTimeoutMs', 'firstTokenTimeoutMs', 'stallTimeoutMs', 'payloadBytes'];
/** Endpoint and inference component names as SageMaker's API model constrains them. */
const AWS_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/;
const MAX_AWS_NAME_LENGTH = 63;

/**
 * Reads the models of a `sluice.yaml`.
 *
 * @param source Name of the file, for messages.
 * @throws ConfigurationError naming file, entry and field, e.g. `sluice.yaml: models[2].adapter: is missing.`
 */
export function parseCatalog(
  text: string,
  source: string,
  defaults: LimitDefaults = LIMIT_DEFAULTS,
): readonly ModelEntry[] {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new ConfigurationError(`${source}: ${problem.message}`, { cause: problem });
  const file = EntryReader.of(document.toJS(), { source, path: '', known: ['models'] });
  const items = file.list('models');
  if (items.length === 0) file.fail('models', 'expected at least one model.');
  return Object.freeze(
    items.map((item, index) =>
      readEntry(EntryReader.of(item, { source, path: `models[${index}]`, known: MODEL_FIELDS }), defaults),
    ),
  );
}

function readEntry(entry: EntryReader, defaults: LimitDefaults): ModelEntry {
  const id = entry.string('id');
  const slash = id.lastIndexOf('/');
  if (slash === 0 || slash === id.length - 1) entry.fail('id', `expected 'name' or 'name/tag', but is '${id}'.`);
  return Object.freeze({
    id,
    type: entry.choice('type', MODEL_TYPES),
    target: readTarget(entry.nested('target', ['kind', 'endpoint', 'inferenceComponent', 'region'])),
    transports: entry.choices('transports', TRANSPORT_NAMES),
    adapter: entry.choice('adapter', ADAPTER_NAMES),
    servedName: entry.string('servedName', slash === -1 ? id : id.slice(0, slash)),
    limits: readLimits(entry.nested('limits', LIMIT_FIELDS), defaults),
    aliases: entry.strings('aliases'),
  });
}

function readTarget(target: EntryReader): SageMakerTarget {
  const kind = target.choice('kind', ['sagemaker']);
  const endpoint = readAwsName(target, 'endpoint', target.string('endpoint'));
  const inferenceComponent = target.optionalString('inferenceComponent');
  const region = target.optionalString('region');
  return Object.freeze({
    kind,
    endpoint,
    ...(inferenceComponent === undefined
      ? {}
      : { inferenceComponent: readAwsName(target, 'inferenceComponent', inferenceComponent) }),
    ...(region === undefined ? {} : { region }),
  });
}

function readAwsName(target: EntryReader, field: string, name: string): string {
  if (!AWS_NAME.test(name) || name.length > MAX_AWS_NAME_LENGTH) {
    target.fail(field, `expected at most ${MAX_AWS_NAME_LENGTH} letters, digits and inner hyphens, but is '${name}'.`);
  }
  return name;
}

function readLimits(limits: EntryReader, defaults: LimitDefaults): ModelLimits {
  const timeout = (field: keyof LimitDefaults): number =>
    limits.integer(field, { fallback: defaults[field], min: 1, max: MAX_TIMEOUT_MS });
  return Object.freeze({
    concurrency: limits.integer('concurrency', { fallback: DEFAULT_CONCURRENCY, min: 1, max: 10_000 }),
    requestTimeoutMs: timeout('requestTimeoutMs'),
    firstTokenTimeoutMs: timeout('firstTokenTimeoutMs'),
    stallTimeoutMs: timeout('stallTimeoutMs'),
    payloadBytes: limits.integer('payloadBytes', { fallback: DEFAULT_PAYLOAD_BYTES, min: 1, max: MAX_PAYLOAD_BYTES }),
  });
}
