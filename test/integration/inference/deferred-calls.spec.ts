import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createInference, readInferenceConfig, type DeferredCalls, type Inference, type Submission } from '#inference';
import { S3ObjectExchange } from '#storage';
import { startTestAws, type TestAws } from '../../../apps/local-aws/src/testing/start-test-aws.js';
import { callWith, logger, optionsFor } from './open-stage.js';

const CATALOG = `
models:
  - id: chat/dev
    type: chat
    target: { kind: sagemaker, endpoint: chat-now }
    transports: [invoke-stream]
    adapter: openai
    options: { streamOnly: true }
    bulk: { target: { kind: sagemaker, endpoint: chat-later } }
  - id: embedding/dev
    type: embedding
    target: { kind: sagemaker, endpoint: embedding-later }
    transports: [async]
    adapter: openai
  - id: rerank/dev
    type: rerank
    target: { kind: sagemaker, endpoint: rerank-later }
    transports: [async]
    adapter: openai
  - id: direct/dev
    type: chat
    target: { kind: sagemaker, endpoint: chat-now }
    transports: [invoke]
    adapter: openai
`;
const SIGNAL = new AbortController().signal;

describe('Calls that are submitted now and read later', () => {
  let stage: TestAws;
  let exchange: S3ObjectExchange;
  let inference: Inference;
  let deferred: DeferredCalls;
  let folder: string;
  let submissions = 0;

  beforeAll(async () => {
    const async = { s3OutputPath: 's3://results/out', s3FailurePath: 's3://results/failed' };
    stage = await startTestAws({
      buckets: ['sluice', 'results'],
      endpoints: [
        { name: 'chat-now', model: 'chat', engine: 'chat' },
        { name: 'chat-later', model: 'chat', engine: 'chat', async },
        { name: 'embedding-later', model: 'embedding', engine: 'embedding', dimensions: 4, async },
        { name: 'rerank-later', model: 'rerank', engine: 'rerank', async },
      ],
    });
    folder = await mkdtemp(join(tmpdir(), 'sluice-deferred-'));
    const catalog = join(folder, 'sluice.yaml');
    await writeFile(catalog, CATALOG);
    const { url, credentials } = stage.aws;
    const network = { requestTimeoutMs: 10_000, maxAttempts: 1, maxSockets: 16 };
    const place = { bucket: 'sluice', region: 'us-east-1', endpoint: url, forcePathStyle: true };
    exchange = new S3ObjectExchange({ ...place, ...network }, { credentials });
    const config = readInferenceConfig({ SLUICE_CATALOG: catalog });
    inference = await createInference(
      { ...config, sageMaker: optionsFor(url, credentials) },
      logger,
      undefined,
      exchange,
    );
    if (inference.deferred === undefined) throw new Error('there is a way through S3');
    deferred = inference.deferred;
  });

  afterEach(() => {
    stage.aws.faults.clear();
    stage.aws.witness.clear();
  });

  afterAll(async () => {
    await inference.close();
    exchange.close();
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  });

  function submissionOf(call: Submission['call']): Submission {
    submissions++;
    return {
      call,
      inferenceId: `id-${submissions}`,
      filename: `00000${submissions}-1.json`,
      outputExtension: 't/acme/jobs/batch_1/000000',
      inputKey: `async/bulk/${submissions}`,
      ttlSeconds: 60,
      timeoutSeconds: 60,
    };
  }

  const messages = [{ role: 'user', content: 'Reply with exactly: much later' }];

  it.each([
    ['chat', { model: 'chat', messages }, '"content":"much later"'],
    ['completions', { model: 'chat', prompt: 'Reply with exactly: much later' }, '"object":"text_completion"'],
    ['embeddings', { model: 'embedding', input: ['a', 'b'] }, '"index":1'],
    ['rerank', { model: 'rerank', query: 'x', documents: ['x', 'y'] }, '"relevance_score"'],
  ] as const)('of %s read as those that are waited for', async (operation, fields, expected) => {
    const call = callWith(fields);
    const submission = submissionOf(await deferred.encode(operation, call));
    const result = await deferred.submit(fields.model, submission, SIGNAL);
    const output = `s3://results/out/t/acme/jobs/batch_1/000000/${submission.filename}`;
    await expect.poll(() => deferred.list('s3://results/out/t/acme/', SIGNAL)).toContain(output);
    const reply = await deferred.decode(operation, call, (await deferred.read(output, SIGNAL)) ?? Buffer.alloc(0));

    expect(result).toMatchObject({
      kind: 'accepted',
      output,
      failure: expect.stringContaining('s3://results/failed/'),
    });
    expect(reply.body.toString('utf8')).toContain(expected);
    expect(JSON.parse(reply.body.toString('utf8'))).toMatchObject({ model: fields.model });
    expect(reply.usage?.promptTokens).toBeGreaterThan(0);
    expect(stage.aws.witness.list().map(({ operation: name, inferenceId }) => [name, inferenceId])).toEqual([
      ['InvokeEndpointAsync', submission.inferenceId],
    ]);
  });

  it('are refused by their use case before they are sent', async () => {
    const malformed = deferred.encode('chat', callWith({ model: 'chat', messages: 'x' }));

    await expect(malformed).rejects.toMatchObject({ status: 400 });
  });

  it('whose answer makes no sense throw as a direct call would', async () => {
    const call = callWith({ model: 'chat', messages });

    await expect(deferred.decode('chat', call, Buffer.from('<html>'))).rejects.toMatchObject({
      reason: 'upstream_garbage',
    });
  });

  it.each([
    ['throttle', 'refused'],
    ['access-denied', 'refused'],
    ['unavailable', 'refused'],
    ['internal-failure', 'unclear'],
    ['dependency', 'unclear'],
    ['answer-lost', 'unclear'],
  ])('after the fault %s are known to be %s', async (kind, expected) => {
    stage.aws.faults.add({ target: 'chat-later', operation: 'InvokeEndpointAsync', kind });
    const submission = submissionOf(await deferred.encode('chat', callWith({ model: 'chat', messages })));

    expect(await deferred.submit('chat', submission, SIGNAL)).toMatchObject({ kind: expected });
  });

  it('are refused where their input cannot be stored', async () => {
    stage.aws.faults.add({ target: 's3', operation: 'PutObject', keyPattern: '^async/', kind: 'error' });
    const long = { model: 'chat', messages, user: 'x'.repeat(200_000) };
    const submission = submissionOf(await deferred.encode('chat', callWith(long)));

    expect(await deferred.submit('chat', submission, SIGNAL)).toMatchObject({
      kind: 'refused',
      error: { reason: 'storage_unavailable' },
    });
  });

  it('exist for models with an asynchronous endpoint alone', () => {
    expect(deferred.way('direct')).toBeUndefined();
    expect(deferred.way('nobody')).toBeUndefined();
    expect(deferred.way('embedding')).toMatchObject({ endpoint: 'embedding-later' });
    expect(deferred.way('embedding')?.choice).toBeUndefined();
    expect(deferred.way('chat')).toMatchObject({ endpoint: 'chat-later', choice: { minLines: 1_000 } });
  });
});
