import { GatewayError, scanJsonObject, type JsonBody } from '#platform';
import type { HttpRequest } from '../http.types.js';

/**
 * The request's body as the one tokenizer reads it.
 *
 * @throws GatewayError `invalid_json`, `invalid_type` or `duplicate_key`.
 */
export function readJsonBody(request: HttpRequest): JsonBody {
  const { body } = request;
  if (!Buffer.isBuffer(body) || body.length === 0) {
    throw new GatewayError(
      'invalid_json',
      'We could not parse the JSON body of your request: it is empty. Send a JSON object.',
    );
  }
  return scanJsonObject(body);
}
