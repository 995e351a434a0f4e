import { GatewayError, type JsonBody } from '#platform';
import { checkBoolean, checkNumber, optionalValue } from './field-checks.js';

/** OpenAI's bound. */
const MAX_TOP_LOGPROBS = 20;

/** Checks chat's `logprobs` (a boolean) and `top_logprobs`. @throws GatewayError */
export function checkLogprobs(body: JsonBody): void {
  checkBoolean(body, 'logprobs');
  checkNumber(body, 'top_logprobs', { kind: 'integer', min: 0 });
  const top = optionalValue(body, 'top_logprobs');
  if (top === undefined) return;
  if (optionalValue(body, 'logprobs') !== true) {
    throw refusal("The 'top_logprobs' parameter is only allowed when 'logprobs' is enabled.");
  }
  if ((top as number) > MAX_TOP_LOGPROBS) {
    throw refusal(`Invalid value for 'top_logprobs': must be less than or equal to ${MAX_TOP_LOGPROBS}.`);
  }
}

/** OpenAI sends no code with these two. */
function refusal(message: string): GatewayError {
  return new GatewayError('invalid_request', message, { param: 'top_logprobs' });
}
