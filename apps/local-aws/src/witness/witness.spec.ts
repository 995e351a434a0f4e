import { hash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeEndpointCommand, InvokeEndpointWithResponseStreamCommand } from '@aws-sdk/client-sagemaker-runtime';
import { describe, expect, it } from 'vitest';
import { endpointNames, invoke, rejectionOf, say } from '../testing/invoke.js';
import { useTestAws } from '../testing/use-test-aws.js';
import { WitnessLog } from './witness-log.js';

const test = useTestAws();
const records = () => test.current.aws.witness.list();
const sha256 = (text: string) => hash('sha256', text);

describe('the witness log', () => {
  it('holds who was asked what, when and how it ended', async () => {
    const begun = Date.now();
    await invoke(test.current.sageMaker, endpointNames.embedding, { input: ['a', 'b'], model: 'bge-m3' });
    const [record] = records();
    expect(record).toMatchObject({
      endpoint: endpointNames.embedding,
      operation: 'InvokeEndpoint',
      inputs: [sha256('a'), sha256('b')],
      model: 'bge-m3',
      concurrency: 1,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      state: 'ended',
      outcome: 'ok',
      durationMs: expect.any(Number),
    });
    expect(Date.parse(record?.time ?? '')).toBeGreaterThanOrEqual(begun);
  });

  it.each<[string, object, string[]]>([
    [endpointNames.embedding, { input: 'one' }, ['one']],
    [endpointNames.embedding, { input: [1, 2] }, ['[1,2]']],
    [
      endpointNames.sseChat,
      { messages: [...messagesOf('first'), ...messagesOf([{ type: 'text', text: 'last' }])] },
      ['last'],
    ],
    [endpointNames.sseChat, { prompt: ['p', 'q'] }, ['p', 'q']],
    [endpointNames.rerank, { query: 'q', documents: ['d', { text: 'e' }] }, ['q', 'd', 'e']],
  ])('digests what a call to %s asks about: %j', async (endpointName, body, inputs) => {
    await invoke(test.current.sageMaker, endpointName, body);
    expect(records()[0]?.inputs).toEqual(inputs.map(sha256));
  });

  it('counts the calls in progress, and those that wait for their turn only when they begin', async () => {
    await test.current.control('PUT', 'endpoints/narrow', {
      model: 'm',
      engine: 'chat',
      latencyMs: 30,
      concurrency: 2,
    });
    await Promise.all(Array.from({ length: 5 }, () => invoke(test.current.sageMaker, 'narrow', say('x'))));
    const concurrency = records().map((record) => record.concurrency);
    expect(concurrency).toHaveLength(5);
    expect(concurrency[0]).toBe(1);
    expect(Math.max(...concurrency)).toBe(2);
  });

  it.each([
    ['streamed', InvokeEndpointWithResponseStreamCommand, { stream: true }],
    ['whole', InvokeEndpointCommand, {}],
  ])(
    'notes that the client left a %s answer, and the next call gets its place at once',
    async (_name, Command, more) => {
      const definition = { model: 'm', engine: 'chat', tokenDelayMs: 50, concurrency: 1 };
      await test.current.control('PUT', 'endpoints/patient', definition);
      const controller = new AbortController();
      const Body = JSON.stringify(say('Count from 1 to 9000', more));
      const leaving = rejectionOf(
        (async () => {
          const command = new Command({ EndpointName: 'patient', Body });
          const answer = await test.current.sageMaker.send(command as InvokeEndpointWithResponseStreamCommand, {
            abortSignal: controller.signal,
          });
          for await (const _event of answer.Body ?? []) await Promise.resolve();
        })(),
      );
      await expect.poll(records).toMatchObject([{ state: 'started' }]);
      const next = invoke(test.current.sageMaker, 'patient', say('Reply with exactly: mine'));
      controller.abort();
      await leaving;
      expect(await next).toMatchObject({ choices: [{ message: { content: 'mine' } }] });
      expect(records()).toMatchObject([{ outcome: 'aborted' }, { outcome: 'ok', concurrency: 1 }]);
    },
  );

  it('has nothing of a call that left before its turn', async () => {
    await test.current.control('PUT', 'endpoints/single', { model: 'm', engine: 'chat', concurrency: 1 });
    test.current.aws.faults.add({ target: 'single', kind: 'stall', times: 1 });
    const send = (abortSignal: AbortSignal) =>
      rejectionOf(
        test.current.sageMaker.send(
          new InvokeEndpointCommand({ EndpointName: 'single', Body: JSON.stringify(say('x')) }),
          {
            abortSignal,
          },
        ),
      );
    const [first, second] = [new AbortController(), new AbortController()];
    const stalled = send(first.signal);
    await expect.poll(records).toHaveLength(1);
    const waiting = send(second.signal);
    second.abort();
    await waiting;
    first.abort();
    await stalled;
    await expect.poll(records).toMatchObject([{ outcome: 'aborted' }]);
    await invoke(test.current.sageMaker, 'single', say('x'));
    expect(records()).toHaveLength(2);
  });

  it('writes each call to its file when it begins and when it ends', async () => {
    await invoke(test.current.sageMaker, endpointNames.sseChat, say('x'));
    const lines = (await readFile(join(test.current.dataDir, 'witness.jsonl'), 'utf8')).trimEnd().split('\n');
    const [begun, ended] = lines.map((line) => JSON.parse(line));
    expect(lines).toHaveLength(2);
    expect(begun).toMatchObject({ state: 'started', endpoint: endpointNames.sseChat });
    expect(ended).toMatchObject({ sequence: begun.sequence, state: 'ended', outcome: 'ok' });
  });
});

describe('the file of the witness log', () => {
  const call = { endpoint: 'e', operation: 'o', inputs: [], model: 'm', concurrency: 1, requestId: 'r' };

  it('is found again after a kill, also one in the middle of a line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-witness-'));
    const path = join(folder, 'witness.jsonl');
    const before = new WitnessLog(path);
    before.begin(call)('ok');
    before.begin(call);
    before.close();
    await appendFile(path, '{"sequence":3,"time":"20');
    const after = new WitnessLog(path);
    expect(after.list()).toMatchObject([
      { sequence: 1, outcome: 'ok' },
      { sequence: 2, state: 'started' },
    ]);
    after.begin(call)('aborted');
    after.close();
    const again = new WitnessLog(path);
    expect(again.list({ since: 2 })).toMatchObject([{ sequence: 3, outcome: 'aborted' }]);
    again.close();
    await rm(folder, { recursive: true });
  });
});

function messagesOf(content: unknown): object[] {
  return [{ role: 'user', content }];
}
