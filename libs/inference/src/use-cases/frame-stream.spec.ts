import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '#platform';
import { ChatChunkRewriter } from '../adapters/openai/chat-chunk-rewriter.js';
import { abortReason } from '../transport/abort-reason.js';
import { EndpointSignals } from '../capacity/sharing/endpoint-signals.js';
import { MeasuredStream } from '../capacity/sharing/measured-stream.js';
import { BufferQueue } from '../transport/buffer-queue.js';
import type { TransportStream } from '../transport/transport.port.js';
import { UpstreamFailure } from '../transport/upstream-failure.js';
import { FrameStream } from './frame-stream.js';

const CHUNK = '{"id":"c","created":1,"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}]}\n';
const LAST = '{"id":"c","created":1,"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n';
const HOLD_MS = 10_000;

/** A frame stream over a queue that the test fills, opened the way a transport opens it. */
function stage(openUpstream?: (signal: AbortSignal, queue: BufferQueue) => Promise<TransportStream>) {
  const caller = new AbortController();
  const calls: string[] = [];
  const ends: unknown[] = [];
  const queue = new BufferQueue({
    pause: () => undefined,
    resume: () => undefined,
    cancel: () => calls.push('cancel'),
  });
  const open = async (signal: AbortSignal): Promise<TransportStream> => {
    signal.addEventListener('abort', () => {
      calls.push('abort');
      queue.fail(abortReason(signal));
    });
    return openUpstream === undefined ? queue : openUpstream(signal, queue);
  };
  const stream = new FrameStream({
    open,
    rewriter: new ChatChunkRewriter({ model: 'm', includeUsage: false, continuousUsage: false, choices: 1 }),
    limits: { firstEventMs: 120_000, stallMs: 60_000, keepAliveMs: 15_000 },
    signal: caller.signal,
    onEnd: (error) => ends.push(error),
  });
  return { stream, queue, caller, calls, ends, push: (text: string) => queue.push(Buffer.from(text)) };
}

async function readAll(stream: FrameStream): Promise<string[]> {
  const frames: string[] = [];
  for await (const frame of stream) frames.push(frame.toString('utf8'));
  return frames;
}

describe('FrameStream', () => {
  afterEach(() => void vi.useRealTimers());

  it('gives one frame an event and [DONE] at the end', async () => {
    const { stream, queue, push, ends } = stage();
    push(CHUNK + CHUNK);
    push(LAST);
    queue.end();
    await stream.opened(HOLD_MS);

    const frames = await readAll(stream);

    expect(frames).toHaveLength(4);
    expect(frames.every((frame) => frame.endsWith('\n\n') && frame.indexOf('\n\n') === frame.length - 2)).toBe(true);
    expect(frames.at(-1)).toBe('data: [DONE]\n\n');
    expect(ends).toEqual([undefined]);
  });

  it('fails before the first frame with the failure itself', async () => {
    const { stream, ends } = stage(async () => {
      throw new UpstreamFailure('upstream_throttled', 'busy', { retry: 'never' });
    });

    await expect(stream.opened(HOLD_MS)).rejects.toMatchObject({ reason: 'upstream_throttled', status: 429 });
    expect(ends).toHaveLength(1);
  });

  it('fails before the first frame when the first event states a failure', async () => {
    const { stream, push, calls } = stage();
    push('{"error":{"message":"bad request","code":400}}\n');

    await expect(stream.opened(HOLD_MS)).rejects.toMatchObject({ reason: 'upstream_rejected', status: 400 });
    expect(calls).toContain('abort');
  });

  it('gives the frames that came before a failure, then the failure, and no [DONE]', async () => {
    const { stream, queue, push } = stage();
    push(CHUNK);
    queue.fail(new UpstreamFailure('upstream_error', 'cut', { retry: 'never' }));
    await stream.opened(HOLD_MS);

    expect((await stream.next()).value?.toString()).toContain('hi');
    await expect(stream.next()).rejects.toMatchObject({ reason: 'upstream_error' });
    expect((await stream.next()).done).toBe(true);
  });

  it('takes an end without a finish reason for a cut', async () => {
    const { stream, queue, push } = stage();
    push(CHUNK);
    queue.end();
    await stream.opened(HOLD_MS);

    await expect(readAll(stream)).rejects.toMatchObject({ reason: 'upstream_error' });
  });

  it('opens after the hold time without an event, then shows that it is alive', async () => {
    vi.useFakeTimers();
    const { stream, push, queue } = stage();
    const opened = stream.opened(HOLD_MS);
    await vi.advanceTimersByTimeAsync(HOLD_MS);
    await opened;

    const first = stream.next();
    await vi.advanceTimersByTimeAsync(15_000);
    expect((await first).value?.toString()).toContain('"choices":[{"index":0,"delta":{},"finish_reason":null}]');

    push(CHUNK + LAST);
    queue.end();
    expect(await readAll(stream)).toHaveLength(3);
  });

  it('ends a stream that never begins', async () => {
    vi.useFakeTimers();
    const { stream, calls } = stage();
    const opened = stream.opened(HOLD_MS);
    await vi.advanceTimersByTimeAsync(HOLD_MS);
    await opened;

    const all = Promise.allSettled([readAll(stream)]);
    await vi.advanceTimersByTimeAsync(120_000);

    expect(await all).toMatchObject([{ status: 'rejected', reason: { reason: 'upstream_timeout' } }]);
    expect(calls).toContain('abort');
  });

  it('ends a stream that falls silent', async () => {
    vi.useFakeTimers();
    const { stream, push, calls } = stage();
    push(CHUNK);
    await stream.opened(HOLD_MS);

    const all = Promise.allSettled([readAll(stream)]);
    await vi.advanceTimersByTimeAsync(60_000);

    expect(await all).toMatchObject([{ status: 'rejected', reason: { reason: 'upstream_timeout' } }]);
    expect(calls).toContain('abort');
  });

  it('ends upstream when the client leaves', async () => {
    const { stream, push, caller, calls, ends } = stage();
    push(CHUNK);
    await stream.opened(HOLD_MS);
    await stream.next();

    const next = Promise.allSettled([stream.next()]);
    caller.abort();

    expect(await next).toMatchObject([{ status: 'rejected', reason: { reason: 'client_closed_request' } }]);
    expect(calls).toContain('abort');
    expect(ends).toMatchObject([{ reason: 'client_closed_request' }]);
  });

  it('ends upstream while it is still being opened', async () => {
    const { stream, caller } = stage(
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(abortReason(signal)));
        }),
    );
    const opened = Promise.allSettled([stream.opened(HOLD_MS)]);
    caller.abort(new GatewayError('shutting_down', 'going away'));

    expect(await opened).toMatchObject([{ status: 'rejected', reason: { reason: 'shutting_down' } }]);
  });

  it('ends upstream when its reader returns, also while a read is pending', async () => {
    const { stream, push, calls, ends } = stage();
    push(CHUNK);
    await stream.opened(HOLD_MS);
    await stream.next();
    const pending = stream.next();

    await stream.return();

    expect((await pending).done).toBe(true);
    expect(calls).toContain('abort');
    expect(ends).toHaveLength(1);
  });

  it('reads no further than its reader', async () => {
    const { stream, push, queue } = stage();
    push(CHUNK);
    await stream.opened(HOLD_MS);
    const taken = vi.spyOn(queue, 'next');

    await nextTurn();

    expect(taken).not.toHaveBeenCalled();
  });

  it("hands out the end at the container's [DONE] and lets the response end by itself", async () => {
    const { stream, queue, push, calls } = stage();
    push(`data: ${CHUNK}\ndata: ${LAST}\ndata: [DONE]\n\n`);
    await stream.opened(HOLD_MS);

    expect((await readAll(stream)).at(-1)).toBe('data: [DONE]\n\n');
    queue.end();
    await nextTurn();

    expect(calls).toEqual([]);
  });

  it('leaves no listener on the signal of its caller', async () => {
    const { stream, queue, push, caller } = stage();
    const removed = vi.spyOn(caller.signal, 'removeEventListener');
    push(CHUNK + LAST);
    queue.end();
    await stream.opened(HOLD_MS);
    await readAll(stream);

    expect(removed).toHaveBeenCalledOnce();
  });

  describe('counts a stream out whose reader', () => {
    const openedStream = async () => {
      const signals = new EndpointSignals();
      signals.arrived();
      const { stream, push } = stage(
        async (_, queue) => await Promise.resolve(new MeasuredStream(queue, { signals, size: 1, startedAtMs: 0 })),
      );
      push(CHUNK + CHUNK);
      await stream.opened(HOLD_MS);
      return { signals, stream, push };
    };

    it('leaves while frames wait for it', async () => {
      const { signals, stream } = await openedStream();
      await stream.return();

      expect(signals.read().inFlight).toBe(0);
    });

    it('gets an error of the container', async () => {
      const { signals, stream, push } = await openedStream();
      push('{"error":{"message":"out of memory","type":"x"}}\n');

      await expect(readAll(stream)).rejects.toThrow('out of memory');
      expect(signals.read().inFlight).toBe(0);
    });
  });
});
