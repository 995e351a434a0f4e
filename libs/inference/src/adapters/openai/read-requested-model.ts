import { GatewayError, type JsonBody } from '#platform';
import { optionalValue, wrongType } from './field-checks.js';

/**
 * The model that a request names.
 *
 * @throws GatewayError in OpenAI's words when there is none.
 */
export function readRequestedModel(body: JsonBody): string {
  const value = optionalValue(body, 'model');
  if (value === undefined || value === '')
    throw new GatewayError('invalid_request', 'you must provide a model parameter');
  if (typeof value !== 'string') throw wrongType('model', 'a string', value);
  return value;
}
