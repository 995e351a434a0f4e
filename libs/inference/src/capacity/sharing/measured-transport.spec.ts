import { describe, expect, it } from 'vitest';
import type { ModelTarget } from '../../catalog/model-entry.types.js';
import {
  Transport,
  type TransportReply,
  type TransportRequest,
  type TransportStream,
} from '../../transport/transport.port.js';
import { UpstreamFailure } from '../../transport/upstream-failure.js';
import { MeasuredTransport } from './measured-transport.js';

const TARGET: ModelTarget = { kind: 'sagemaker', endpoint: 'e', inferenceComponent: 'part' };

/** Answers with what a test says. */
class Scripted extends Transport {
  reply: () => Promise<TransportReply> = async () => await Promise.resolve({ body: Buffer.from('answer') });
  stream: () => AsyncGenerator<Buffer, undefined> = async function* () {
    yield await Promise.resolve(Buffer.from('a'));
    yield Buffer.from('b');
    yield Buffer.from('c');
    return undefined;
  };

  override async invoke(): Promise<TransportReply> {
    return await this.reply();
  }

  override async invokeStream(): Promise<TransportStream> {
    return await Promise.resolve(this.stream());
  }

  override async close(): Promise<void> {
    await Promise.resolve();
  }
}

function request(fields: Partial<TransportRequest> = {}): TransportRequest {
  return {
    target: TARGET,
    via: 'invoke',
    operation: 'embeddings',
    contentType: 'application/json',
    body: Buffer.from('{"input":"x"}'),
    signal: new AbortController().signal,
    timeouts: { headersMs: 1000, idleMs: 1000 },
    ...fields,
  };
}

function setUp() {
  const inner = new Scripted();
  const transport = new MeasuredTransport(inner);
  return { inner, transport, counts: () => transport.signals.get('e-part')?.read() };
}

const BUSY = new UpstreamFailure('upstream_throttled', 'busy', { retry: 'backoff' });

describe('MeasuredTransport', () => {
  it('tells how many calls are in flight at an endpoint, whichever model they are for, and notes nothing by that', async () => {
    const { transport, inner } = setUp();
    const { promise, resolve } = Promise.withResolvers<TransportReply>();
    inner.reply = async () => await promise;
    expect(transport.inFlightAt(TARGET)).toBe(0);
    expect(transport.signals.size).toBe(0);
    const call = transport.invoke(request());

    expect([transport.inFlightAt(TARGET), transport.inFlightAt({ ...TARGET })]).toEqual([1, 1]);
    resolve({ body: Buffer.from('answer') });
    await call;
    expect(transport.inFlightAt(TARGET)).toBe(0);
  });

  it('counts calls in flight, and the time of an answer by the size of its request', async () => {
    const { transport, counts, inner } = setUp();
    let answer: (reply: TransportReply) => void = () => undefined;
    inner.reply = async () => await new Promise((resolve) => (answer = resolve));
    const call = transport.invoke(request());
    expect(counts()).toMatchObject({ inFlight: 1, arrivals: 1, whole: { count: 0 } });
    answer({ body: Buffer.from('{}') });
    await call;
    expect(counts()).toMatchObject({ inFlight: 0, arrivals: 1, whole: { count: 1, size: 13 } });
  });

  it('takes the answer for the size of what a generating model did', async () => {
    const { transport, counts } = setUp();
    await transport.invoke(request({ operation: 'chat' }));
    expect(counts()).toMatchObject({ whole: { count: 1, size: 6 } });
  });

  it('times the first piece of a stream and counts those that follow, until its end', async () => {
    const { transport, counts } = setUp();
    const stream = await transport.invokeStream(request());
    expect(counts()).toMatchObject({ inFlight: 1, firstToken: { count: 0 } });
    const pieces: string[] = [];
    for await (const piece of stream) {
      pieces.push(piece.toString());
      expect(counts()).toMatchObject({ inFlight: 1, firstToken: { count: 1 } });
    }
    expect(pieces).toEqual(['a', 'b', 'c']);
    expect(counts()).toMatchObject({ inFlight: 0, firstToken: { count: 1, size: 13 }, between: { count: 2 } });
  });

  it('counts a stream out once when its reader leaves', async () => {
    const { transport, counts } = setUp();
    const stream = await transport.invokeStream(request());
    await stream.next();
    await stream.return?.();
    await stream.return?.();
    expect(counts()).toMatchObject({ inFlight: 0 });
  });

  it('counts a stream out that fails on the way', async () => {
    const { transport, counts, inner } = setUp();
    inner.stream = async function* () {
      yield await Promise.resolve(Buffer.from('a'));
      throw BUSY;
    };
    const stream = await transport.invokeStream(request());
    await stream.next();
    await expect(stream.next()).rejects.toBe(BUSY);
    expect(counts()).toMatchObject({ inFlight: 0 });
  });

  it('counts answers that say that the endpoint is full, and no others', async () => {
    const { transport, counts, inner } = setUp();
    inner.reply = async () => await Promise.reject(BUSY);
    await expect(transport.invoke(request())).rejects.toBe(BUSY);
    expect(counts()).toMatchObject({ inFlight: 0, full: 1, whole: { count: 0 } });
    const rejected = new UpstreamFailure('upstream_rejected', 'no', { retry: 'never' });
    inner.reply = async () => await Promise.reject(rejected);
    await expect(transport.invoke(request())).rejects.toBe(rejected);
    expect(counts()).toMatchObject({ full: 1 });
  });

  it('leaves bulk and asynchronous calls uncounted', async () => {
    const { transport, counts } = setUp();
    await transport.invoke(request({ isUnguarded: true }));
    await transport.invoke(request({ via: 'async' }));
    expect(counts()).toBeUndefined();
  });
});
