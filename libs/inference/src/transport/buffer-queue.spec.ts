import { describe, expect, it } from 'vitest';
import { BufferQueue } from './buffer-queue.js';

function queueWithCalls() {
  const calls: string[] = [];
  const queue = new BufferQueue({
    pause: () => calls.push('pause'),
    resume: () => calls.push('resume'),
    cancel: () => calls.push('cancel'),
  });
  return { queue, calls };
}

describe('BufferQueue', () => {
  it('hands out in order what was pushed before and after it was asked for', async () => {
    const { queue } = queueWithCalls();
    queue.push(Buffer.from('a'));
    const first = queue.next();
    const second = queue.next();
    queue.push(Buffer.from('b'));
    queue.end();

    expect([(await first).value?.toString(), (await second).value?.toString()]).toEqual(['a', 'b']);
    expect((await queue.next()).done).toBe(true);
  });

  it('gives what came before a failure, then the failure, then the end', async () => {
    const { queue } = queueWithCalls();
    queue.push(Buffer.from('a'));
    queue.fail(new Error('cut'));

    expect((await queue.next()).value?.toString()).toBe('a');
    await expect(queue.next()).rejects.toThrow('cut');
    expect((await queue.next()).done).toBe(true);
  });

  it('fails a reader that waits', async () => {
    const { queue } = queueWithCalls();
    const waiting = queue.next();
    queue.fail(new Error('cut'));

    await expect(waiting).rejects.toThrow('cut');
  });

  it('pauses the connection of a slow reader and resumes it when it has caught up', async () => {
    const { queue, calls } = queueWithCalls();
    for (let count = 0; count < 5; count++) queue.push(Buffer.alloc(64 * 1024));
    expect(calls).toEqual(['pause']);

    for (let count = 0; count < 5; count++) await queue.next();

    expect(calls).toEqual(['pause', 'resume']);
  });

  it('ends the connection and a pending read when the reader leaves, once', async () => {
    const { queue, calls } = queueWithCalls();
    const waiting = queue.next();

    await queue.return();
    await queue.return();

    expect((await waiting).done).toBe(true);
    expect(calls).toEqual(['cancel']);
  });

  it('asks nothing of a connection that has ended', async () => {
    const { queue, calls } = queueWithCalls();
    queue.end();

    await queue.return();

    expect(calls).toEqual([]);
  });
});
