import type { EntryReader } from './entry-reader.js';
import type { ModelOptions, TransportName } from './model-entry.types.js';
import { ASYNC_FIELDS, readAsync } from './read-async.js';

export const OPTION_FIELDS = [
  'streamOnly',
  'extraBody',
  'developerRole',
  'customAttributes',
  'prefixAwareId',
  'whisperModel',
  'async',
];

/** As SageMaker constrains them; a line break in one would be a header of its own. */
const CUSTOM_ATTRIBUTES = /^[ -~]{1,1024}$/;

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
