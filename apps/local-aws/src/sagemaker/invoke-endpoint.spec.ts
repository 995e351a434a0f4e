import { InvokeEndpointCommand, ModelError, ValidationError } from '@aws-sdk/client-sagemaker-runtime';
import { describe, expect, it } from 'vitest';
import { endpointNames, invoke, rejectionOf, say } from '../testing/invoke.js';
import { useTestAws } from '../testing/use-test-aws.js';

const test = useTestAws();
const call = (endpointName: string, body: string | Uint8Array, more: object = {}) =>
  test.current.sageMaker.send(
    new InvokeEndpointCommand({ EndpointName: endpointName, ContentType: 'application/json', Body: body, ...more }),
  );

describe('InvokeEndpoint', () => {
  it('answers with the body, the type and the variant of the container', async () => {
    const response = await call(endpointNames.jsonLinesChat, JSON.stringify(say('Reply with exactly: grüße 🌊')));
    expect(response.ContentType).toBe('application/json');
    expect(response.InvokedProductionVariant).toBe('AllTraffic');
    expect(response.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(response.Body.transformToString('utf8'))).toMatchObject({
      object: 'chat.completion',
      model: 'Qwen2.5-7B-Instruct',
      choices: [{ message: { role: 'assistant', content: 'grüße 🌊' }, finish_reason: 'stop' }],
    });
  });

  it('tells by the shape of a body what is asked for', async () => {
    const { sageMaker } = test.current;
    expect(await invoke(sageMaker, endpointNames.sseChat, { prompt: 'Say exactly "x"' })).toMatchObject({
      object: 'text_completion',
      choices: [{ text: 'x' }],
    });
    expect(await invoke(sageMaker, endpointNames.embedding, { input: ['a', 'b'], model: 'bge-m3' })).toMatchObject({
      object: 'list',
      model: 'bge-m3',
      data: [{ index: 0 }, { index: 1 }],
    });
    expect(
      await invoke(sageMaker, endpointNames.rerank, { query: 'a', documents: ['b', 'a'], model: '' }),
    ).toMatchObject({ model: 'bge-reranker-v2-m3', results: [{ index: 1 }, { index: 0 }] });
  });

  it('passes on an image to a model that sees', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d4948445200000002000000030806000000', 'hex').toString('base64');
    const content = [{ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }];
    const body = { messages: [{ role: 'user', content }] };
    expect(JSON.stringify(await invoke(test.current.sageMaker, endpointNames.vision, body))).toContain(
      'PNG of 2x3 pixels',
    );
    const error = await rejectionOf(invoke(test.current.sageMaker, endpointNames.sseChat, body));
    expect(error['OriginalMessage']).toContain('not a multimodal model');
  });

  it('hands over the whole stream where the body asked for one', async () => {
    const response = await call(endpointNames.sseChat, JSON.stringify(say('Say exactly "x"', { stream: true })));
    expect(response.Body.transformToString('utf8')).toMatch(/^data: \{.*data: \[DONE\]\n\n$/s);
  });

  it('makes a ModelError of what the container refuses, in the words of AWS', async () => {
    const error = await rejectionOf(call(endpointNames.sseChat, JSON.stringify(say('x', { model: 'other' }))));
    expect(error).toBeInstanceOf(ModelError);
    expect(error).toMatchObject({ name: 'ModelError', OriginalStatusCode: 404, $metadata: { httpStatusCode: 424 } });
    const containerBody = JSON.parse(String(error['OriginalMessage']));
    expect(containerBody).toEqual({
      error: { message: 'The model `other` does not exist.', type: 'NotFoundError', param: 'model', code: 404 },
    });
    expect(error['LogStreamArn']).toBe(
      `arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker/Endpoints/${endpointNames.sseChat}`,
    );
    expect(error['message']).toBe(
      `Received client error (404) from primary with message "${String(error['OriginalMessage'])}". See https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logEventViewer:group=/aws/sagemaker/Endpoints/${endpointNames.sseChat} in account 123456789012 for more information.`,
    );
  });

  it.each([
    ['{"messages": [', 'JSON decode error'],
    ['[1, 2]', 'must be a JSON object'],
    ['{"input": "to a chat model"}', 'Cannot find suitable handler'],
    ['{"messages": []}', 'at least one'],
  ])('answers 400 of the container to %s', async (body, message) => {
    const error = await rejectionOf(call(endpointNames.sseChat, body));
    expect(error).toMatchObject({ name: 'ModelError', OriginalStatusCode: 400 });
    expect(JSON.parse(String(error['OriginalMessage'])).error.message).toContain(message);
  });

  it('does not know endpoints, variants and components that are not there', async () => {
    const body = JSON.stringify(say('x'));
    const error = await rejectionOf(call('no-such-endpoint', body));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error['message']).toBe('Endpoint no-such-endpoint of account 123456789012 not found.');
    const refused = (more: object) => rejectionOf(call(endpointNames.sseChat, body, more));
    expect(await refused({ TargetVariant: 'Other' })).toMatchObject({ name: 'ValidationError' });
    expect(await refused({ TargetModel: 'm.tar.gz' })).toMatchObject({ name: 'ValidationError' });
    expect(await refused({ InferenceComponentName: 'ic' })).toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('Inference Component Name header is not allowed'),
    });
  });

  it('asks for the inference component of an endpoint that hosts them', async () => {
    const definition = { model: 'm', engine: 'chat', inferenceComponent: 'ic-1' };
    expect(await test.current.control('PUT', 'endpoints/with-components', definition)).toMatchObject({ status: 200 });
    const body = JSON.stringify(say('x'));
    expect(await rejectionOf(call('with-components', body))).toMatchObject({
      message: expect.stringContaining('required'),
    });
    expect(await rejectionOf(call('with-components', body, { InferenceComponentName: 'ic-2' }))).toMatchObject({
      name: 'ValidationError',
    });
    await expect(call('with-components', body, { InferenceComponentName: 'ic-1' })).resolves.toBeDefined();
  });

  it('answers an unknown operation with 404', async () => {
    const response = await fetch(`${test.current.aws.url}/endpoints/x/something-else`, { method: 'POST' });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([404, 'UnknownOperationException']);
  });
});
