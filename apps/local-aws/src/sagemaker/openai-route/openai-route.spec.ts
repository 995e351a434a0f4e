import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, it } from 'vitest';
import { endpointNames, say } from '../../testing/invoke.js';
import { useTestAws } from '../../testing/use-test-aws.js';

const component = { name: 'shared-endpoint', model: 'inner', engine: 'chat', inferenceComponent: 'part-1' } as const;
const chat = { name: endpointNames.sseChat, model: 'llama', engine: 'chat', framing: 'sse' } as const;
const test = useTestAws({ endpoints: [chat, component] });

const body = say('Reply with exactly: größe');

class Sha256 {
  private readonly inner;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.inner = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.inner.update(data as Uint8Array);
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.inner.digest()));
  }

  reset(): void {
    throw new Error('not used');
  }
}

interface Minting {
  readonly secretAccessKey?: string;
  readonly action?: string;
  readonly expiresIn?: number;
  readonly signingDate?: Date;
}

/** A token as AWS's own generator mints it. */
async function mint({ secretAccessKey, action = 'CallWithBearerToken', ...options }: Minting = {}): Promise<string> {
  const { credentials } = test.current.aws;
  const signer = new SignatureV4({
    credentials: { ...credentials, ...(secretAccessKey !== undefined && { secretAccessKey }) },
    region: 'us-east-1',
    service: 'sagemaker',
    sha256: Sha256,
  });
  const hostname = 'sagemaker.amazonaws.com';
  const { query = {} } = await signer.presign(
    { method: 'POST', protocol: 'https:', hostname, path: '/', query: { Action: action }, headers: { host: hostname } },
    { expiresIn: 3600, ...options },
  );
  const text = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return `sagemaker-api-key-${Buffer.from(`${hostname}/?${text.join('&')}&Version=1`).toString('base64')}`;
}

interface Sending {
  readonly token?: string;
  readonly fields?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

async function send(place: string, { token, fields = body, headers }: Sending = {}): Promise<Response> {
  return fetch(`${test.current.aws.url}/endpoints/${place}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token ?? (await mint())}`,
      ...headers,
    },
    body: JSON.stringify(fields),
  });
}

describe('the OpenAI route', () => {
  it("answers with the container's own bytes", async () => {
    const response = await send(chat.name);

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: 'größe' } }],
    });
    expect(test.current.aws.witness.list()).toMatchObject([{ operation: 'OpenAiRoute', outcome: 'ok' }]);
  });

  it('streams as the container does, without an event stream around it', async () => {
    const response = await send(chat.name, { fields: { ...body, stream: true } });

    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(text.startsWith('data: {')).toBe(true);
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('finds an inference component by its path alone', async () => {
    expect((await send(`${component.name}/inference-components/part-1`)).status).toBe(200);

    expect((await send(component.name)).status).toBe(400);
    expect((await send(`${component.name}/inference-components/part-2`)).status).toBe(400);
    const headers = { 'x-amzn-sagemaker-inference-component': 'part-1' };
    expect((await send(component.name, { headers })).status).toBe(400);
  });

  it.each<[string, Minting]>([
    ['signed with another secret', { secretAccessKey: 'guessed' }],
    ['minted for another action', { action: 'DeleteEverything' }],
    ['that is over', { expiresIn: 1, signingDate: new Date(Date.now() - 60_000) }],
    ['that would live for longer than half a day', { expiresIn: 50_000 }],
  ])('refuses a token %s', async (_name, minting) => {
    const response = await send(chat.name, { token: await mint(minting) });

    expect(response.status).toBe(403);
    expect(test.current.aws.witness.list()).toEqual([]);
  });

  it.each(['AWS4-HMAC-SHA256 Credential=x', 'Bearer sk-something', 'Bearer sagemaker-api-key-!!'])(
    'refuses what is no token: %s',
    async (authorization) => {
      expect((await send(chat.name, { headers: { authorization } })).status).toBe(403);
    },
  );

  it("words the front door's failures in an envelope of its own", async () => {
    const response = await send('nowhere');

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: {
        message: expect.stringMatching(/^Endpoint nowhere of account \d{12} not found\.$/) as unknown,
        type: 'invalid_request_error',
        code: 'validation_error',
      },
    });
  });

  it("quotes a container's failure inside the message", async () => {
    const response = await send(chat.name, { fields: { ...body, model: 'wrong' } });

    expect(response.status).toBe(424);
    const { error } = (await response.json()) as { error: { message: string; code: string } };
    expect(error.code).toBe('model_error');
    expect(error.message).toMatch(
      /^Received client error \(404\) from primary with message "\{.*wrong.*\}"\. See https:/,
    );
  });

  it('leaves other paths of the route unserved', async () => {
    const { url } = test.current.aws;
    const response = await fetch(`${url}/endpoints/${chat.name}/openai/v1/embeddings`, { method: 'POST', body: '{}' });

    expect(response.status).toBe(404);
  });
});
