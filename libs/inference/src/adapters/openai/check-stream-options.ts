import { GatewayError, type JsonBody } from '#platform';
import { optionalValue, wrongType } from './field-checks.js';
import { isObject } from './is-object.js';

/** @throws GatewayError when `stream_options` is no object or stands beside a request that does not stream. */
export function checkStreamOptions(body: JsonBody): void {
  const options = optionalValue(body, 'stream_options');
  if (options === undefined) return;
  if (!isObject(options)) throw wrongType('stream_options', 'an object', options);
  if (body.value('stream') !== true) {
    throw new GatewayError(
      'invalid_request',
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
      { param: 'stream_options' },
    );
  }
  const includeUsage = options['include_usage'];
  if (includeUsage !== undefined && includeUsage !== null && typeof includeUsage !== 'boolean') {
    throw wrongType('stream_options.include_usage', 'a boolean', includeUsage);
  }
}
