/** How one kind of failure looks on the wire, and whether trying the same thing again can help. */
export interface ErrorDescription {
  /** HTTP status; the SDKs' retry policy hangs on it (408, 409, 429 and 5xx are retried). */
  readonly status: number;
  /** `error.type` of OpenAI's envelope. */
  readonly type: string;
  /** `error.code` of OpenAI's envelope; `null` where OpenAI sends none. */
  readonly code: string | null;
  /** Whether a worker may try the same call again. */
  readonly retryable: boolean;
}

const invalid = (code: string | null, status = 400): ErrorDescription => ({
  status,
  type: 'invalid_request_error',
  code,
  retryable: false,
});
const server = (status: number, code: string, retryable = true): ErrorDescription => ({
  status,
  type: 'server_error',
  code,
  retryable,
});

/** The closed list of failures. Every error that reaches a caller is one of these. */
export const ERROR_CODES = {
  invalid_json: invalid(null),
  invalid_request: invalid(null),
  missing_required_parameter: invalid('missing_required_parameter'),
  invalid_type: invalid('invalid_type'),
  invalid_value: invalid('invalid_value'),
  empty_array: invalid('empty_array'),
  array_above_max_length: invalid('array_above_max_length'),
  string_above_max_length: invalid('string_above_max_length'),
  object_above_max_properties: invalid('object_above_max_properties'),
  integer_below_min_value: invalid('integer_below_min_value'),
  integer_above_max_value: invalid('integer_above_max_value'),
  decimal_below_min_value: invalid('decimal_below_min_value'),
  decimal_above_max_value: invalid('decimal_above_max_value'),
  duplicate_key: invalid('duplicate_key'),
  context_length_exceeded: invalid('context_length_exceeded'),
  unsupported_model: invalid('unsupported_model'),
  missing_api_key: invalid(null, 401),
  invalid_api_key: invalid('invalid_api_key', 401),
  insufficient_permissions: invalid('insufficient_permissions', 403),
  model_not_found: invalid('model_not_found', 404),
  not_found: invalid(null, 404),
  unknown_url: invalid('unknown_url', 404),
  method_not_supported: invalid('method_not_supported', 405),
  conflict: invalid('conflict', 409),
  /** The key of a create stands for another request. */
  idempotency_key_reused: invalid('idempotency_key_reused', 422),
  /** The first request with this key has not ended. */
  request_in_progress: { ...invalid('request_in_progress', 409), retryable: true },
  precondition_failed: invalid('precondition_failed', 412),
  body_too_large: invalid('body_too_large', 413),
  unsupported_content_type: invalid('unsupported_content_type', 415),
  range_not_satisfiable: invalid('range_not_satisfiable', 416),
  rate_limit_exceeded: { status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded', retryable: true },
  client_closed_request: invalid('client_closed_request', 499),
  /** The model server refused the content of this request; its own message is passed on. */
  upstream_rejected: invalid(null),
  upstream_throttled: { status: 429, type: 'rate_limit_error', code: 'upstream_throttled', retryable: true },
  /** The model server failed on this request (its 500); may follow the content. */
  upstream_error: server(502, 'upstream_error'),
  /** The model server answered something that is not an answer. */
  upstream_garbage: server(502, 'upstream_garbage'),
  upstream_timeout: server(504, 'upstream_timeout'),
  /** Loading, scaled to zero, no capacity, connection refused: not the request's fault. */
  upstream_unavailable: server(503, 'model_not_ready'),
  /** Our credentials, permissions or the endpoint's existence: an operator must act. */
  upstream_misconfigured: server(503, 'upstream_misconfigured'),
  /** An address of the caller's own that must not be called: no https, not public, not allowed. */
  address_refused: invalid('address_refused'),
  address_unreachable: invalid('address_unreachable'),
  address_too_slow: invalid('address_too_slow'),
  answer_too_large: invalid('answer_too_large'),
  storage_unavailable: server(503, 'storage_unavailable'),
  bulk_unavailable: server(503, 'bulk_unavailable'),
  queue_unavailable: server(503, 'queue_unavailable'),
  shutting_down: server(503, 'shutting_down'),
  internal_error: server(500, 'internal_error', false),
} as const satisfies Record<string, ErrorDescription>;

export type ErrorReason = keyof typeof ERROR_CODES;
