import { InvokeEndpointCommand } from '@aws-sdk/client-sagemaker-runtime';
import { describe, expect, it } from 'vitest';
import { toneSpeech } from '../engines/speech/tone-speech.js';
import { endpointNames, invoke, invokeStream, rejectionOf, say } from '../testing/invoke.js';
import { useTestAws } from '../testing/use-test-aws.js';

// Lower bounds alone: jitter of 5 % makes no sum of many steps a third shorter, and a busy machine only adds.
const LEAST = 2 / 3;
const TOKENS = 12;
const STEP_MS = 20.45;

const test = useTestAws({
  endpoints: [
    { name: endpointNames.sseChat, model: 'chat', engine: 'chat', gpu: 'chat' },
    { name: endpointNames.embedding, model: 'embedding', engine: 'embedding', gpu: 'embedding' },
    { name: endpointNames.formSpeech, model: 'speech', engine: 'speech', gpu: 'speech' },
  ],
});
const order = say('Count to fifty', { max_tokens: TOKENS, ignore_eos: true });

async function longestMs(): Promise<number> {
  const records = await witnessed();
  return Math.max(...records.map(({ durationMs }) => durationMs ?? NaN));
}

async function witnessed() {
  return await new Promise<ReturnType<typeof list>>((resolve) => {
    const look = (): void => {
      const records = list();
      // The answer may be here before the call is noted as ended.
      if (records.length > 0 && records.every(({ state }) => state === 'ended')) resolve(records);
      else setTimeout(look, 5);
    };
    look();
  });
}

function list() {
  return test.current.aws.witness.list();
}

describe('an endpoint with a simulated GPU', () => {
  it('answers a chat when the model would have made its tokens', async () => {
    await invoke(test.current.sageMaker, endpointNames.sseChat, order);
    expect(await longestMs()).toBeGreaterThan(TOKENS * STEP_MS * LEAST);
  });

  it('streams the tokens of the same length, all of them', async () => {
    const read = await invokeStream(test.current.sageMaker, endpointNames.sseChat, { ...order, stream: true });
    const events = Buffer.concat(read.parts).toString('utf8').split('\n\n').filter(Boolean);
    // Before the tokens comes the role, behind them the finish reason and the end marker.
    expect([read.error, events.length]).toEqual([undefined, TOKENS + 3]);
    expect(await longestMs()).toBeGreaterThan(TOKENS * STEP_MS * LEAST);
  });

  it('works on all the calls that come at once, and the witness log shows how many', async () => {
    await Promise.all(Array.from({ length: 5 }, () => invoke(test.current.sageMaker, endpointNames.sseChat, order)));
    const records = await witnessed();
    expect(records).toHaveLength(5);
    expect(Math.max(...records.map(({ concurrency }) => concurrency))).toBeGreaterThan(1);
  });

  it('encodes calls one after the other', async () => {
    const inputs = Array.from({ length: 3 }, () => 'word '.repeat(3000));
    await Promise.all(
      inputs.map((input) => invoke(test.current.sageMaker, endpointNames.embedding, { input, dimensions: 8 })),
    );
    // The last one may have come while the first was being encoded.
    expect(await longestMs()).toBeGreaterThan(2 * (4 + 3000 / 60) * LEAST);
  });

  it('transcribes as long as the audio would take', async () => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(toneSpeech(['morning']))]), 'clip.wav');
    const response = new Response(form);
    await test.current.sageMaker.send(
      new InvokeEndpointCommand({
        EndpointName: endpointNames.formSpeech,
        ContentType: response.headers.get('content-type') ?? '',
        Body: Buffer.from(await response.arrayBuffer()),
      }),
    );
    expect(await longestMs()).toBeGreaterThan(150 * LEAST);
  });

  it('gives a call up when its client leaves', async () => {
    const controller = new AbortController();
    const body = JSON.stringify(say('Count to fifty', { max_tokens: 2000, ignore_eos: true }));
    const left = test.current.sageMaker.send(
      new InvokeEndpointCommand({ EndpointName: endpointNames.sseChat, ContentType: 'application/json', Body: body }),
      { abortSignal: controller.signal },
    );
    const gone = rejectionOf(left);
    while (list().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    await gone;
    expect(await witnessed()).toMatchObject([{ outcome: 'aborted' }]);
  });

  it('answers a refusal without waiting for the GPU', async () => {
    const error = await rejectionOf(
      invoke(test.current.sageMaker, endpointNames.sseChat, say('x', { min_tokens: 5, max_tokens: 4 })),
    );
    expect(String(error['message'])).toContain('min_tokens must be less than or equal to max_tokens=4');
  });

  it('can be put behind an endpoint and taken away while the stand-in runs', async () => {
    const control = test.current.control.bind(test.current);
    const plain = { model: 'm', engine: 'embedding' };
    expect(await control('PUT', 'endpoints/extra', { ...plain, gpu: 'embedding' })).toMatchObject({
      data: { gpu: 'embedding' },
    });
    await invoke(test.current.sageMaker, 'extra', { input: 'word '.repeat(6000), dimensions: 8 });
    expect(await longestMs()).toBeGreaterThan((4 + 6000 / 60) * LEAST);
    const { data } = await control('PUT', 'endpoints/extra', plain);
    expect(data).not.toHaveProperty('gpu');
    expect(await control('PUT', 'endpoints/extra', { ...plain, gpu: 'speech' })).toEqual({
      status: 400,
      data: { error: 'gpu speech cannot run an engine of the kind embedding' },
    });
  });
});
