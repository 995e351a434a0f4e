import { PassThrough, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { forwardLines } from './forward-lines.js';

async function end(...sources: PassThrough[]): Promise<void> {
  await Promise.all(
    sources.map((source: Readable & { end(): void }) => {
      source.end();
      return finished(source);
    }),
  );
}

describe('forwardLines', () => {
  it('keeps the lines of two processes whole that write pieces of them in turn', async () => {
    const [first, second, target] = [new PassThrough(), new PassThrough(), new PassThrough()];
    forwardLines(first, target);
    forwardLines(second, target);
    first.write('{"a":');
    second.write('{"b":1}\n{"b"');
    first.write('1}\n');
    second.write(':2}\n');
    await end(first, second);
    target.end();

    expect((await text(target)).split('\n').toSorted()).toEqual(['', '{"a":1}', '{"b":1}', '{"b":2}']);
  });

  it('ends the last line of a process that was killed inside of it', async () => {
    const [source, target] = [new PassThrough(), new PassThrough()];
    forwardLines(source, target);
    source.write('whole\nhal');
    await end(source);
    target.end('next\n');

    expect(await text(target)).toBe('whole\nhal\nnext\n');
  });
});
