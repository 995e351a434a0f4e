import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { objectKeys, type CreateJobDto, type JobRecord } from '#contracts';
import { startReceiver, type ReceivedRequest, type Receiver } from '../../../platform/src/testing/index.js';
import { createTestBulk, driveToEnd, FaultyStore, listKeys, TENANT, type TestBulk } from '../testing/index.js';
import { PlainDecoder } from '../testing/plain-decoder.js';

const REQUEST = { type: 'transcription', model: 'model/dev', response_format: 'text' } as const;
const CALLER = { tenant: TENANT, keyId: 'key-1' };
const LIMITS = { enabled: true, maxBytes: 100_000, timeoutMs: 5000 };

function sound(): Buffer {
  const samples = Buffer.alloc(64_000);
  for (let at = 0; at < samples.length; at += 4) samples.writeInt16LE(9000, at);
  return samples;
}

type Options = Parameters<typeof createTestBulk>[0];

function createBulk(options: Options = {}): TestBulk {
  const bulk = createTestBulk({ decoder: new PlainDecoder(), urlInput: LIMITS, ...options });
  bulk.models.script = () => ({ body: Buffer.from('{"text":"heard"}'), usage: undefined });
  return bulk;
}

async function run(bulk: TestBulk, url: string): Promise<JobRecord> {
  const job = await bulk.jobsFace.create(CALLER, { ...REQUEST, input_url: url });
  return await driveToEnd(bulk, job.id);
}

type Answer = (request: ReceivedRequest, response: ServerResponse) => void;
const serve = async (answer: Answer): Promise<Receiver> => await startReceiver(answer);
const withSound: Answer = (_request, response) => void response.end(sound());

describe('A job over a recording at an address', () => {
  it('fetches it once, transcribes it, keeps nothing of it, and shows the address without its query', async () => {
    await using server = await serve(withSound);
    const bulk = createBulk();
    const job = await bulk.jobsFace.create(CALLER, { ...REQUEST, input_url: `${server.url}/talk.wav?token=secret#x` });
    const record = await driveToEnd(bulk, job.id);

    expect(job).toMatchObject({ input_file_id: null, input_url: `${server.url}/talk.wav` });
    expect(record).toMatchObject({ status: 'completed', audioSeconds: 2, counts: { completed: 1 } });
    expect(server.requests).toMatchObject([{ method: 'GET', path: '/talk.wav?token=secret' }]);
    expect(await listKeys(bulk, objectKeys.fetchedInput(TENANT, job.id))).toEqual([]);
  });

  it('reads what was fetched when the worker dies before it has a plan', async () => {
    await using server = await serve(withSound);
    const bulk = createBulk();
    const { id } = await bulk.jobsFace.create(CALLER, { ...REQUEST, input_url: server.url });
    const fetched = objectKeys.fetchedInput(TENANT, id);
    for (let at = 1; (await listKeys(bulk, fetched)).length === 0; at++) {
      const way = new FaultyStore(bulk.store, at, 'crash-after');
      await Promise.race([createBulk({ store: way }).planner.plan(TENANT, id), way.crashed]);
    }
    const asked = server.requests.length;
    const record = await driveToEnd(bulk, id);

    expect(asked).toBe(1);
    expect(server.requests).toHaveLength(1);
    expect(record.status).toBe('completed');
  });

  it('tries again where a server fails in passing', async () => {
    let failures = 2;
    await using server = await serve((request, response) => {
      if (failures-- > 0) response.writeHead(503).end();
      else withSound(request, response);
    });

    expect(await run(createBulk(), server.url)).toMatchObject({ status: 'completed' });
    expect(server.requests).toHaveLength(3);
  });

  it.each<[string, Answer, { code: string; message: RegExp; requests: number }]>([
    [
      'is not there',
      (_, response) => void response.writeHead(404).end(),
      { code: 'address_unreachable', message: /status 404/, requests: 1 },
    ],
    [
      'is kept failing',
      (_, response) => void response.writeHead(500).end(),
      { code: 'address_unreachable', message: /status 500/, requests: 3 },
    ],
    [
      'is elsewhere, where nothing may be called',
      (_, response) => void response.writeHead(302, { location: 'http://127.0.0.2/' }).end(),
      { code: 'address_refused', message: /not a public one/, requests: 1 },
    ],
    [
      'is too large',
      (_, response) => void response.end(Buffer.alloc(100_001)),
      { code: 'answer_too_large', message: /100000 bytes/, requests: 1 },
    ],
    [
      'is no sound',
      (_, response) => void response.end('broken'),
      { code: 'invalid_value', message: /damaged/, requests: 1 },
    ],
  ])('fails with the reason where it %s', async (_what, answer, { code, message, requests }) => {
    await using server = await serve(answer);
    const record = await run(createBulk(), server.url);

    expect(record).toMatchObject({ status: 'failed', errors: [{ code, param: 'input_url' }] });
    expect(record.errors?.[0]?.message).toMatch(message);
    expect(server.requests).toHaveLength(requests);
  });

  it('fails where it takes too long, or nobody answers', async () => {
    await using hanging = await serve((_request, response) => void response.write('some'));
    const gone = await serve(withSound);
    await gone[Symbol.asyncDispose]();

    expect(await run(createBulk({ urlInput: { ...LIMITS, timeoutMs: 100 } }), hanging.url)).toMatchObject({
      status: 'failed',
      errors: [{ code: 'address_too_slow', param: 'input_url' }],
    });
    expect(await run(createBulk(), gone.url)).toMatchObject({
      status: 'failed',
      errors: [{ code: 'address_unreachable', message: expect.stringContaining('refused') as string }],
    });
  });

  it('stops fetching when it is cancelled', async () => {
    const { promise: left, resolve: onLeft } = Promise.withResolvers<void>();
    await using server = await serve((_request, response) => {
      response.on('close', () => onLeft());
      response.write('some');
    });
    const bulk = createBulk();
    const { id } = await bulk.jobsFace.create(CALLER, { ...REQUEST, input_url: server.url });
    const planning = bulk.planner.plan(TENANT, id).catch((error: unknown) => error);
    await server.received(1);
    await bulk.jobsFace.cancel(TENANT, id);
    await left;

    expect(await planning).toMatchObject({ reason: 'conflict' });
    expect(await driveToEnd(bulk, id)).toMatchObject({ status: 'cancelled' });
  });

  it.each<[Partial<CreateJobDto>, string, string, string]>([
    [{ input_url: 'https://a.example/', input_file_id: 'file-x' }, 'input_url', 'invalid_value', 'not both'],
    [{ input_url: 'https://a.example/', input_s3: 's3://memory/x' }, 'input_url', 'invalid_value', 'not both'],
    [{ input_url: 'https://a.example/', type: 'embeddings' }, 'input_url', 'invalid_value', 'only recordings'],
    [{ input_url: 'https://10.0.0.1/a.wav' }, 'input_url', 'address_refused', 'not a public one'],
    [{ input_url: 'file:///etc/passwd' }, 'input_url', 'address_refused', 'https'],
  ])('is not made of %j', async (change, param, reason, message) => {
    await expect(createBulk().jobsFace.create(CALLER, { ...REQUEST, ...change })).rejects.toMatchObject({
      reason,
      param,
      message: expect.stringContaining(message) as string,
    });
  });

  it('is not made, nor fetched for, where the operator has not switched it on', async () => {
    await using server = await serve(withSound);
    const closed = createBulk({ urlInput: { ...LIMITS, enabled: false } });
    await expect(closed.jobsFace.create(CALLER, { ...REQUEST, input_url: server.url })).rejects.toMatchObject({
      reason: 'invalid_value',
      message: expect.stringContaining('SLUICE_URL_INPUTS') as string,
    });
    const open = createBulk({ store: closed.store });
    const { id } = await open.jobsFace.create(CALLER, { ...REQUEST, input_url: server.url });

    expect(await driveToEnd(closed, id)).toMatchObject({ status: 'failed', errors: [{ code: 'invalid_value' }] });
    expect(server.requests).toEqual([]);
  });
});
