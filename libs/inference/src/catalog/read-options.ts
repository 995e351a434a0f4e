import { MAX_INPUTS } from '../adapters/openai/validate-embeddings-request.js';
import type { EntryReader } from './entry-reader.js';
import type { ModelOptions, PackingOptions, TransportName } from './model-entry.types.js';
import { ASYNC_FIELDS, readAsync } from './read-async.js';

export const OPTION_FIELDS = [
  'streamOnly',
  'extraBody',
  'developerRole',
  'customAttributes',
  'prefixAwareId',
  'whisperModel',
  'packing',
  'async',
];

/** As SageMaker constrains them; a line break in one would be a header of its own. */
const CUSTOM_ATTRIBUTES = /^[ -~]{1,1024}$/;
const MAX_PACK_TOKENS = 10_000_000;
const MAX_PACK_MS = 60_000;

export function readOptions(options: EntryReader, transports: readonly TransportName[]): ModelOptions {
  const isAsync = transports.includes('async');
  if (options.has('async') && !isAsync) options.fail('async', "is for entries that list the transport 'async'.");
  const read: Record<keyof ModelOptions, unknown> = {
    streamOnly: options.flag('streamOnly'),
    extraBody: options.flag('extraBody'),
    developerRole: options.has('developerRole') ? options.choice('developerRole', ['system']) : undefined,
    customAttributes: readCustomAttributes(options),
    prefixAwareId: options.flag('prefixAwareId'),
    whisperModel: options.optionalString('whisperModel'),
    packing: options.has('packing') ? readPacking(options) : undefined,
    async: isAsync ? readAsync(options.nested('async', ASYNC_FIELDS)) : undefined,
  };
  // Each was read as what its field says.
  return Object.freeze(
    Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined)),
  ) as ModelOptions;
}

function readCustomAttributes(options: EntryReader): string | undefined {
  const attributes = options.optionalString('customAttributes');
  if (attributes !== undefined && !CUSTOM_ATTRIBUTES.test(attributes)) {
    options.fail('customAttributes', 'expected at most 1024 characters of printable ASCII.');
  }
  return attributes;
}

function readPacking(options: EntryReader): PackingOptions {
  const fields = options.nested('packing', ['inputs', 'tokens', 'targetMs']);
  const integer = (field: string, min: number, max: number): Record<string, number> =>
    fields.has(field) ? { [field]: fields.integer(field, { fallback: min, min, max }) } : {};
  return Object.freeze({
    ...integer('inputs', 1, MAX_INPUTS),
    ...integer('tokens', 1, MAX_PACK_TOKENS),
    ...integer('targetMs', 1, MAX_PACK_MS),
  });
}
