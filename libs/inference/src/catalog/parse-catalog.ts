import { parseDocument } from 'yaml';
import { ConfigurationError } from '#platform';
import { checkCombination } from './check-combination.js';
import { checkFallbacks } from './check-fallbacks.js';
import { EntryReader } from './entry-reader.js';
import { ADAPTER_NAMES, MODEL_TYPES, TRANSPORT_NAMES, type ModelEntry, type ModelLimits } from './model-entry.types.js';
import { BULK_FIELDS, readBulkWay } from './read-bulk-way.js';
import { payloadBoundsOf, type PayloadBounds } from './payload-bounds.js';
import { OPTION_FIELDS, readOptions } from './read-options.js';
import { readSharing, SHARING_FIELDS } from './read-sharing.js';
import type { ReadVariable } from './read-target.js';
import { readTargets, type EntryTarget } from './read-targets.js';

type Timeouts = Pick<ModelLimits, 'requestTimeoutMs' | 'firstTokenTimeoutMs' | 'stallTimeoutMs'>;

/** What a model's limits are where its entry is silent. */
export interface LimitDefaults extends Timeouts {
  /** `requestTimeoutMs` of models that are reached over plain HTTP, where no wall of SageMaker's stands. */
  readonly httpRequestTimeoutMs: number;
}

export const LIMIT_DEFAULTS: LimitDefaults = {
  // SageMaker gives a container 60 s to answer; AWS advises client time-outs of 70 s and more.
  requestTimeoutMs: 70_000,
  // What the OpenAI SDKs themselves wait.
  httpRequestTimeoutMs: 600_000,
  firstTokenTimeoutMs: 120_000,
  stallTimeoutMs: 60_000,
};

const DEFAULT_CONCURRENCY = 8;
const MAX_TIMEOUT_MS = 3_600_000;
const MODEL_FIELDS = [
  'id',
  'type',
  'target',
  'targets',
  'transports',
  'adapter',
  'servedName',
  'limits',
  'sharing',
  'aliases',
  'options',
  'fallbacks',
  'bulk',
];
const LIMIT_FIELDS = ['concurrency', 'requestTimeoutMs', 'firstTokenTimeoutMs', 'stallTimeoutMs', 'payloadBytes'];

/**
 * Reads the models of a `sluice.yaml`.
 *
 * @param source Name of the file, for messages.
 * @param readVariable Reads the environment, for secrets that the file only names.
 * @throws ConfigurationError naming file, entry and field, e.g. `sluice.yaml: models[2].adapter: is missing.`
 */
export function parseCatalog(
  text: string,
  source: string,
  defaults: LimitDefaults = LIMIT_DEFAULTS,
  readVariable: ReadVariable = () => undefined,
): readonly ModelEntry[] {
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw new ConfigurationError(`${source}: ${problem.message}`, { cause: problem });
  const file = EntryReader.of(document.toJS(), { source, path: '', known: ['models'] });
  const items = file.list('models');
  if (items.length === 0) file.fail('models', 'expected at least one model.');
  const entries = items.map((item, index) =>
    readEntry(EntryReader.of(item, { source, path: `models[${index}]`, known: MODEL_FIELDS }), defaults, readVariable),
  );
  checkFallbacks(entries, (index, complaint) => file.fail(`models[${index}].fallbacks`, complaint));
  return Object.freeze(entries);
}

/**
 * One model, given as the fields of an entry; by the same rules as in the file.
 *
 * @throws ConfigurationError naming source and field.
 */
export function readModel(fields: object, source: string, defaults: LimitDefaults): ModelEntry {
  return readEntry(EntryReader.of(fields, { source, path: '', known: MODEL_FIELDS }), defaults, () => undefined);
}

function readEntry(entry: EntryReader, defaults: LimitDefaults, readVariable: ReadVariable): ModelEntry {
  const id = entry.string('id');
  const slash = id.lastIndexOf('/');
  if (slash === 0 || slash === id.length - 1) entry.fail('id', `expected 'name' or 'name/tag', but is '${id}'.`);
  const type = entry.choice('type', MODEL_TYPES);
  const targets = readTargets(entry, readVariable);
  const transports = entry.choices('transports', TRANSPORT_NAMES);
  const limits = readLimits(
    entry.nested('limits', LIMIT_FIELDS),
    targets[0].target.kind === 'http' ? { ...defaults, requestTimeoutMs: defaults.httpRequestTimeoutMs } : defaults,
    payloadBoundsOf(transports),
  );
  const common = {
    id,
    type,
    transports,
    adapter: entry.choice('adapter', ADAPTER_NAMES),
    servedName: entry.string('servedName', slash === -1 ? id : id.slice(0, slash)),
    aliases: entry.strings('aliases'),
    options: readOptions(entry.nested('options', OPTION_FIELDS), transports),
    fallbacks: entry.strings('fallbacks'),
    ...(entry.has('bulk') ? { bulk: readBulkWay(entry.nested('bulk', BULK_FIELDS), readVariable) } : {}),
  };
  const sharing = entry.nested('sharing', SHARING_FIELDS);
  const at = ({ target, ...own }: EntryTarget, replicas: readonly ModelEntry[]): ModelEntry => {
    const calls = { concurrency: limits.concurrency, ...own };
    const member: ModelEntry = Object.freeze({
      ...common,
      target,
      replicas: Object.freeze(replicas),
      limits: Object.freeze({ ...limits, concurrency: calls.concurrency }),
      sharing: readSharing(sharing, calls),
    });
    checkCombination(member, (field, complaint) => entry.fail(field, complaint));
    return member;
  };
  const [first, ...others] = targets;
  return at(
    first,
    others.map((other) => at(other, [])),
  );
}

function readLimits(limits: EntryReader, defaults: Timeouts, payload: PayloadBounds): ModelLimits {
  const timeout = (field: keyof Timeouts): number =>
    limits.integer(field, { fallback: defaults[field], min: 1, max: MAX_TIMEOUT_MS });
  return Object.freeze({
    concurrency: limits.integer('concurrency', { fallback: DEFAULT_CONCURRENCY, min: 1, max: 10_000 }),
    requestTimeoutMs: timeout('requestTimeoutMs'),
    firstTokenTimeoutMs: timeout('firstTokenTimeoutMs'),
    stallTimeoutMs: timeout('stallTimeoutMs'),
    payloadBytes: limits.integer('payloadBytes', { ...payload, min: 1 }),
  });
}
