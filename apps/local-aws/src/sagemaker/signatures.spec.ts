import { request as sendRequest } from 'node:http';
import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { describe, expect, it } from 'vitest';
import { endpointNames, rejectionOf, say } from '../testing/invoke.js';
import { useTestAws } from '../testing/use-test-aws.js';

const test = useTestAws();
const command = () =>
  new InvokeEndpointCommand({
    EndpointName: endpointNames.sseChat,
    Body: JSON.stringify(say('Reply with exactly: x')),
  });

interface Sent {
  readonly status: number | undefined;
  readonly errorType: string | string[] | undefined;
}

/** Sends the request that the SDK would have sent, changed. */
async function sendChanged(change: (signed: { headers: Record<string, string>; body: string }) => void): Promise<Sent> {
  const captured: { headers?: Record<string, string>; body?: string } = {};
  const client = test.current.createSageMakerClient();
  client.middlewareStack.add(
    (next) => async (args) => {
      const request = args.request as { headers: Record<string, string>; body: Uint8Array | string };
      captured.headers = { ...request.headers };
      captured.body = Buffer.from(request.body as string).toString('utf8');
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await client.send(command());
  const signed = { headers: captured.headers ?? {}, body: captured.body ?? '' };
  change(signed);
  return new Promise((resolve, reject) => {
    const url = `${test.current.aws.url}/endpoints/${endpointNames.sseChat}/invocations`;
    const sent = sendRequest(url, { method: 'POST', headers: signed.headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, errorType: response.headers['x-amzn-errortype'] });
    });
    sent.on('error', reject);
    sent.end(signed.body);
  });
}

describe('a request to SageMaker', () => {
  it('is taken as the SDK signs it', async () => {
    expect(await sendChanged(() => undefined)).toEqual({ status: 200, errorType: undefined });
  });

  it.each([
    ['a wrong secret', { accessKeyId: 'sluice-local', secretAccessKey: 'guessed' }, 'InvalidSignatureException'],
    [
      'an unknown key',
      { accessKeyId: 'nobody', secretAccessKey: 'sluice-local-secret' },
      'UnrecognizedClientException',
    ],
  ])('is refused when signed with %s', async (_name, credentials, name) => {
    const error = await rejectionOf(test.current.createSageMakerClient({ credentials }).send(command()));
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode: 403 } });
  });

  it('is refused when its clock is off', async () => {
    const client = test.current.createSageMakerClient({ systemClockOffset: -20 * 60 * 1000 });
    const error = await rejectionOf(client.send(command()));
    expect(error).toMatchObject({ name: 'InvalidSignatureException', $metadata: { httpStatusCode: 403 } });
    expect(error['message']).toMatch(/^Signature expired/);
  });

  it('is refused when its body is another than was signed', async () => {
    const sent = await sendChanged((signed) => {
      signed.body = signed.body.replace('exactly: x', 'exactly: y');
    });
    expect(sent).toEqual({ status: 403, errorType: 'InvalidSignatureException' });
  });

  it('is refused without a signature', async () => {
    const sent = await sendChanged((signed) => {
      delete signed.headers['authorization'];
    });
    expect(sent).toEqual({ status: 403, errorType: 'MissingAuthenticationTokenException' });
  });

  it('is refused when it was signed for another service', async () => {
    const client = test.current.createSageMakerClient();
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const option = context['__smithy_context']?.selectedHttpAuthScheme?.httpAuthOption;
        if (option !== undefined)
          option.signingProperties = { ...option.signingProperties, signingName: 'execute-api' };
        return next(args);
      },
      { step: 'build' },
    );
    expect(await rejectionOf(client.send(command()))).toMatchObject({
      name: 'InvalidSignatureException',
      message: "Credential should be scoped to correct service: 'sagemaker'.",
    });
    expect(test.current.aws.witness.list()).toEqual([]);
  });
});
