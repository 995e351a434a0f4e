import { describe, expect, it } from 'vitest';
import { holdFrames } from './hold-frames.js';

const KEEP_ALIVE = Buffer.from('alive');
const QUICK = { holdMs: 5_000, keepAliveMs: 5_000, keepAlive: KEEP_ALIVE };

/** Frames that a test hands out one by one. */
class Scripted implements AsyncIterator<Buffer> {
  private readonly waiting: { resolve(result: IteratorResult<Buffer>): void; reject(error: Error): void }[] = [];
  returned = false;

  next(): Promise<IteratorResult<Buffer>> {
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<Buffer>> {
    this.returned = true;
    return Promise.resolve({ done: true, value: undefined });
  }

  give(text: string): void {
    this.waiting.shift()?.resolve({ done: false, value: Buffer.from(text) });
  }

  end(): void {
    this.waiting.shift()?.resolve({ done: true, value: undefined });
  }

  fail(error: Error): void {
    this.waiting.shift()?.reject(error);
  }
}

describe('Held frames', () => {
  it('fail the call itself before the first of them', async () => {
    const source = new Scripted();
    const held = holdFrames(source, QUICK);
    source.fail(new Error('refused'));

    await expect(held).rejects.toThrow('refused');
  });

  it('come as they are given', async () => {
    const source = new Scripted();
    const held = holdFrames(source, QUICK);
    source.give('one');
    const frames = (await held)[Symbol.asyncIterator]();

    expect(await frames.next()).toEqual({ done: false, value: Buffer.from('one') });
    const second = frames.next();
    // The source is asked in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
    source.end();
    expect((await second).done).toBe(true);
  });

  it('begin without the first once the hold is over, with signs of life until it is there', async () => {
    const source = new Scripted();
    const frames = (await holdFrames(source, { holdMs: 1, keepAliveMs: 1, keepAlive: KEEP_ALIVE }))[
      Symbol.asyncIterator
    ]();

    expect(await frames.next()).toEqual({ done: false, value: KEEP_ALIVE });
    source.fail(new Error('late'));
    await expect(frames.next()).rejects.toThrow('late');
  });

  it('end their source when the reader leaves', async () => {
    const source = new Scripted();
    const held = holdFrames(source, QUICK);
    source.give('one');
    for await (const frame of await held) {
      expect(frame.toString()).toBe('one');
      break;
    }

    expect(source.returned).toBe(true);
  });
});
