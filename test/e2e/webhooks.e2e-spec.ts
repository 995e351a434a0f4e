import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import OpenAI6 from 'openai-6';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificate } from '#source/apps/api/src/testing/create-certificate';
import { startReceiver, type ReceivedRequest, type Receiver } from '#source/libs/platform/src/testing/index';
import { startSystem, type System } from '../setup/processes.js';
import { chatRequest, createBatch, embeddingLines, finishedBatch, toLines, uploadInput } from './support/batches.js';
import { CHAT_ENDPOINT, send } from './support/clients.js';

/** A receiver of this machine, a short patience and short waits; all else is as it comes. */
const LOCAL = {
  SLUICE_OUTBOUND_ALLOW: '127.0.0.1',
  SLUICE_OUTBOUND_HTTP: 'true',
  SLUICE_OUTBOUND_PORTS: 'any',
  SLUICE_WEBHOOK_TIMEOUT_MS: '2000',
  SLUICE_WEBHOOK_BACKOFF_MS: '50',
  SLUICE_SWEEP_MS: '300',
};
const MEBIBYTE = 1_048_576;

describe('Webhooks', { timeout: 120_000 }, () => {
  const certificate = createCertificate();
  let folder: string;
  let system: System;
  let client: OpenAI;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-webhooks-'));
    const trusted = join(folder, 'receiver.pem');
    await writeFile(trusted, certificate.cert);
    system = await startSystem({ environment: { ...LOCAL, NODE_EXTRA_CA_CERTS: trusted } });
    client = new OpenAI({ baseURL: `${system.baseUrl}/v1`, apiKey: system.apiKey });
  });

  afterAll(async () => {
    await system?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const subscribe = async (url: string): Promise<{ readonly id: string; readonly signing_secret: string }> =>
    await client.webhooks.create({
      name: 'receiver',
      url,
      event_types: ['batch.completed', 'batch.failed', 'batch.cancelled'],
    });
  const endBatch = async (): Promise<string> => {
    const { id } = await createBatch(client, await uploadInput(client, embeddingLines(2)));
    return (await finishedBatch(client, id)).id;
  };
  const metric = async (name: string): Promise<number> => {
    const page = await (await fetch(`${system.workerUrl}/metrics`)).text();
    const line = page.split('\n').find((text) => text.startsWith(`${name} `));
    return Number(line?.split(' ').at(-1));
  };
  const unwrapWith =
    (sdk: Pick<OpenAI, 'webhooks'>) =>
    async (
      request: ReceivedRequest | undefined,
      secret: string,
    ): Promise<{ id: string; type: string; data: unknown }> =>
      (await sdk.webhooks.unwrap(
        request?.body ?? '',
        request?.headers as Record<string, string>,
        secret,
      )) as unknown as {
        id: string;
        type: string;
        data: unknown;
      };

  it('reach a receiver over TLS, signed so that both versions of the SDK unwrap them and refuse forged ones', async () => {
    await using receiver = await startReceiver(undefined, certificate);
    const endpoint = await subscribe(receiver.url);
    const batchId = await endBatch();
    await receiver.received(1);
    const rotated = await client.webhooks.rotateSecret(endpoint.id, { keep_old_secret_active_for_24_hours: true });
    await endBatch();
    await receiver.received(2);
    await client.webhooks.rotateSecret(endpoint.id);
    await endBatch();
    await receiver.received(3);
    await client.webhooks.delete(endpoint.id);
    const [first, second, third] = receiver.requests;

    for (const sdk of [client, new OpenAI6({ apiKey: 'unused' }) as unknown as OpenAI]) {
      const unwrap = unwrapWith(sdk);
      const event = await unwrap(first, endpoint.signing_secret);
      expect(event).toMatchObject({ object: 'event', type: 'batch.completed', data: { id: batchId } });
      expect(first?.headers['webhook-id']).toBe(event.id);
      for (const secret of [endpoint.signing_secret, rotated.signing_secret])
        expect(await unwrap(second, secret)).toMatchObject({ type: 'batch.completed' });
      for (const secret of [endpoint.signing_secret, rotated.signing_secret])
        await expect(unwrap(third, secret)).rejects.toThrow(/does not match/);
      const forged = { ...first, body: first?.body.replace(batchId, 'batch_x') } as ReceivedRequest;
      await expect(unwrap(forged, endpoint.signing_secret)).rejects.toThrow(/does not match/);
    }
  });

  it('tell of batches that fail and that are cancelled', async () => {
    await using receiver = await startReceiver();
    const endpoint = await subscribe(receiver.url);
    await createBatch(client, await uploadInput(client, 'no json\n'));
    await receiver.received(1);
    await system.addFault({ target: CHAT_ENDPOINT, kind: 'slow', delayMs: 5000 });
    const lines = toLines([chatRequest('a', 'Reply with exactly: a')]);
    const { id } = await createBatch(client, await uploadInput(client, lines), '/v1/chat/completions');
    await client.batches.cancel(id);
    await receiver.received(2);
    await system.clearFaults();
    await client.webhooks.delete(endpoint.id);

    expect(typesOf(receiver)).toEqual(['batch.failed', 'batch.cancelled']);
  });

  it('come at least once and under one id to a receiver that is down, however workers and Redis fare meanwhile', async () => {
    let state: 'refuses' | 'hangs' | 'well' = 'refuses';
    await using receiver = await startReceiver((_request, response) => {
      if (state !== 'hangs') response.writeHead(state === 'well' ? 200 : 503).end();
    });
    const endpoint = await subscribe(receiver.url);
    await endBatch();
    await receiver.received(3);
    state = 'hangs';
    await receiver.received(receiver.requests.length + 1);
    // The worker dies while it waits for an answer, and Redis loses all it knows.
    await system.kill('worker', 'SIGKILL');
    await system.flushRedis();
    const before = receiver.requests.length;
    await system.start('worker');
    state = 'well';
    await receiver.received(before + 1);
    await expect.poll(() => metric('sluice_webhook_waiting_deliveries'), { timeout: 20_000 }).toBe(0);
    await client.webhooks.delete(endpoint.id);

    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(await metric('sluice_webhook_deliveries_total{outcome="delivered"}')).toBe(1);
  });

  it('come once each, however many workers there are', async () => {
    await using receiver = await startReceiver();
    const endpoint = await subscribe(receiver.url);
    const others = await Promise.all([system.startAnother('worker'), system.startAnother('worker')]);
    const batches = await Promise.all(Array.from({ length: 12 }, endBatch));
    await receiver.received(12);
    await expect.poll(() => metric('sluice_webhook_waiting_deliveries'), { timeout: 20_000 }).toBe(0);
    for (const origin of others) await system.killAnother(origin, 'SIGKILL');
    await client.webhooks.delete(endpoint.id);
    const told = receiver.requests.map(({ body }) => (JSON.parse(body) as { data: { id: string } }).data.id);

    expect(told.toSorted()).toEqual(batches.toSorted());
  });

  it('hold nobody up behind receivers that hang, redirect inside, answer without end or are gone', async () => {
    await using inside = await startReceiver();
    await using hanging = await startReceiver(() => undefined);
    await using redirecting = await startReceiver((_request, response) =>
      response.writeHead(307, { location: inside.url }).end(),
    );
    await using endless = await startReceiver((_request, response) => {
      response.writeHead(200, { 'content-length': 100 * MEBIBYTE });
      response.write(Buffer.alloc(MEBIBYTE));
    });
    await using gone = await startReceiver((_request, response) => response.writeHead(410).end());
    await using well = await startReceiver();
    const endpoints: { readonly id: string }[] = [];
    for (const { url } of [hanging, redirecting, endless, gone, well]) endpoints.push(await subscribe(url));
    await endBatch();
    await Promise.all([well, hanging, redirecting, endless, gone].map((receiver) => receiver.received(1)));
    await expect
      .poll(async () => JSON.parse((await send(system, `/v1/webhook_endpoints/${endpoints[3]?.id}`)).text) as unknown)
      .toMatchObject({ status: 'disabled' });
    await redirecting.received(2);
    await endBatch();
    await Promise.all([well.received(2), endless.received(2)]);
    for (const { id } of endpoints) await client.webhooks.delete(id);

    expect(inside.requests).toEqual([]);
    expect(gone.requests).toHaveLength(1);
    expect(well.requests).toHaveLength(2);
    expect(endless.requests).toHaveLength(2);
  });
});

function typesOf({ requests }: Receiver): string[] {
  return requests.map(({ body }) => (JSON.parse(body) as { type: string }).type);
}
