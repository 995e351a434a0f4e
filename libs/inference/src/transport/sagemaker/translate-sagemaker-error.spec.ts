import { describe, expect, it } from 'vitest';
import { readSageMakerFailure } from './read-sagemaker-failure.js';
import { translateSageMakerError, type SageMakerFailure } from './translate-sagemaker-error.js';

const ENDPOINT = 'EMD-Model-secret-endpoint';

const THROTTLED = { reason: 'upstream_throttled', status: 429, retry: 'backoff' };
const UNAVAILABLE = { reason: 'upstream_unavailable', status: 503, retry: 'backoff' };
const MISCONFIGURED = { reason: 'upstream_misconfigured', status: 503, retry: 'never' };
const TOO_LARGE = { reason: 'body_too_large', status: 413, retry: 'never' };

function translate(failure: Partial<SageMakerFailure>) {
  return translateSageMakerError({ name: '', status: 400, message: '', ...failure }, ENDPOINT);
}

function modelError(originalStatusCode: number, originalMessage: string, message = '') {
  return translate({ name: 'ModelError', status: 424, originalStatusCode, originalMessage, message });
}

describe('translateSageMakerError', () => {
  it.each([
    ['ThrottlingException', 400, '', THROTTLED],
    ['ThrottlingException', 429, '', THROTTLED],
    ['', 429, '', THROTTLED],
    ['ModelNotReadyException', 429, '', { ...UNAVAILABLE, retry: 'slow-backoff' }],
    ['ServiceUnavailable', 503, '', UNAVAILABLE],
    ['InternalFailure', 500, '', UNAVAILABLE],
    ['', 502, '<html>', UNAVAILABLE],
    ['InternalDependencyException', 530, '', { ...UNAVAILABLE, retry: 'once' }],
    ['AccessDeniedException', 403, '', MISCONFIGURED],
    ['ExpiredTokenException', 403, '', MISCONFIGURED],
    ['ValidationError', 400, 'Endpoint x of account 123456789012 not found.', MISCONFIGURED],
    [
      'ValidationError',
      400,
      "Value at 'body' failed to satisfy constraint: Member must have length less than or equal to 6291456",
      TOO_LARGE,
    ],
    ['', 413, '', TOO_LARGE],
  ])('judges %s (%i %s)', (name, status, message, verdict) => {
    expect(translate({ name, status, message })).toMatchObject(verdict);
  });

  it('tells a model that has scaled to zero from a wrong request', () => {
    const error = translate({
      name: 'ValidationError',
      message:
        'Inference Component has no capacity to process this request. ApplicationAutoScaling may be in-progress (if configured) or try to increase the capacity.',
    });

    expect(error).toMatchObject({ reason: 'upstream_unavailable', status: 503, retry: 'never', retryAfterSeconds: 60 });
  });

  it.each([
    [400, 'upstream_rejected', 400, 'never'],
    [404, 'upstream_rejected', 404, 'never'],
    [413, 'upstream_rejected', 413, 'never'],
    [422, 'upstream_rejected', 422, 'never'],
    [401, 'upstream_misconfigured', 503, 'never'],
    [429, 'upstream_throttled', 429, 'backoff'],
    [500, 'upstream_error', 502, 'once'],
    [502, 'upstream_error', 502, 'once'],
    [503, 'upstream_unavailable', 503, 'backoff'],
    [504, 'upstream_timeout', 504, 'once'],
  ] as const)('reads a container status of %i as %s', (original, reason, status, retry) => {
    expect(modelError(original, '{"error":{"message":"no"}}')).toMatchObject({ reason, status, retry });
  });

  it('does not try again a container that may still be working', () => {
    const error = translate({
      name: 'ModelError',
      status: 424,
      originalStatusCode: 0,
      message:
        'Received server error (0) from model with message "Your invocation timed out while waiting for a response from container model. Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again."',
    });

    expect(error).toMatchObject({ reason: 'upstream_timeout', status: 504, retry: 'never' });
  });

  it("keeps the container's own message, param and textual code", () => {
    const error = modelError(
      400,
      '{"error":{"message":"bad tools","type":"BadRequestError","param":"tools","code":"invalid_tool"}}',
    );

    expect(error.toOpenAi()).toEqual({
      error: { message: 'bad tools', type: 'invalid_request_error', param: 'tools', code: 'invalid_tool' },
    });
  });

  it("leaves out vLLM's numeric code", () => {
    expect(modelError(400, '{"error":{"message":"bad","code":400}}').code).toBeNull();
  });

  it.each([
    ['{"object":"error","message":"old vLLM","code":400}', 'old vLLM'],
    ['{"error":"plain string","error_type":"validation"}', 'plain string'],
    ['{"message":"TEI","code":422,"type":"validation"}', 'TEI'],
    ['{"detail":"FastAPI"}', 'FastAPI'],
    ['{"detail":[{"loc":["body","input"],"msg":"field required"}]}', 'field required'],
    ['just text', 'just text'],
  ])('reads the shape %s', (body, message) => {
    expect(modelError(422, body).message).toBe(message);
  });

  it('takes the quoted body out of the message where the original is missing', () => {
    const error = translate({
      name: 'ModelError',
      status: 424,
      message:
        'Received client error (400) from primary with message "{"error":{"message":"n must be \\"1\\"","code":400}}". See https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEventViewer:group=/aws/sagemaker/Endpoints/EMD-Model-secret-endpoint in account 123456789012 for more information.',
    });

    expect(error).toMatchObject({ reason: 'upstream_rejected', status: 400, message: 'n must be "1"' });
  });

  it('knows a context that is too long, whatever status the container gives it', () => {
    const text = "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.";

    for (const status of [400, 500]) {
      expect(modelError(status, JSON.stringify({ error: { message: text } }))).toMatchObject({
        reason: 'context_length_exceeded',
        code: 'context_length_exceeded',
        status: 400,
        retry: 'never',
        message: text,
      });
    }
  });

  it('keeps account ids, ARNs, endpoint names, links, paths and tracebacks from the caller', () => {
    const said = [
      `Endpoint ${ENDPOINT} of account 123456789012 failed`,
      'arn:aws:sagemaker:us-east-1:123456789012:endpoint/x',
      'See https://console.aws.amazon.com/cloudwatch/home#logs in account 123456789012 for more information.',
      'in /opt/ml/model/code/inference.py',
      'Traceback (most recent call last):\n  File "/usr/lib/python3.12/site-packages/vllm/engine.py", line 7, in run\nValueError: x',
    ].join(' ');

    const { message } = modelError(500, JSON.stringify({ error: said }));

    expect(message).toContain('The model server failed on this request.');
    for (const secret of [ENDPOINT, '123456789012', 'arn:', 'https://', '/opt/ml', '.py', 'Traceback', 'ValueError']) {
      expect(message).not.toContain(secret);
    }
  });

  it('leaves the routes that a container names', () => {
    expect(modelError(400, '{"error":"use /v1/chat/completions"}').message).toBe('use /v1/chat/completions');
  });

  it.each([
    ['ModelStreamError', 'ModelInvocationTimeExceeded', 'upstream_timeout'],
    ['ModelStreamError', 'StreamBroken', 'upstream_error'],
    ['InternalStreamFailure', undefined, 'upstream_error'],
  ])('reads %s (%s) inside a stream as %s', (name, errorCode, reason) => {
    expect(translate({ name, status: 500, ...(errorCode === undefined ? {} : { errorCode }) })).toMatchObject({
      reason,
      retry: 'never',
    });
  });
});

describe('readSageMakerFailure', () => {
  it('reads name, message and Retry-After of an answer', () => {
    const headers = { 'x-amzn-errortype': 'com.amazonaws#ThrottlingException:http://internal', 'retry-after': '3' };

    expect(readSageMakerFailure(400, headers, Buffer.from('{"Message":"Rate exceeded"}'))).toEqual({
      name: 'ThrottlingException',
      status: 400,
      message: 'Rate exceeded',
      retryAfterSeconds: 3,
    });
  });

  it('reads an answer that is no JSON', () => {
    expect(readSageMakerFailure(502, {}, Buffer.from('<html>'))).toEqual({ name: '', status: 502, message: '<html>' });
  });
});
