import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { objectKeys } from '#contracts';
import { MemoryObjectExchange, MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { S3Inputs } from '../recordings/s3-inputs.js';
import { openInput } from './open-input.js';

const FILE = { tenant: 'acme', inputFileId: 'file-1' };
const KEY = objectKeys.fileContent('acme', 'file-1');

function createSources() {
  const exchange = new MemoryObjectExchange();
  const s3Inputs = new S3Inputs([{ bucket: 'memory', prefix: '{tenant}/' }], exchange);
  return { store: new MemoryObjectStore(), exchange, s3Inputs };
}

describe('openInput', () => {
  it('reads a file and an object of a bucket from the beginning and in pieces', async () => {
    const sources = createSources();
    await sources.store.put(KEY, 'from a file');
    sources.exchange.objects.set('s3://memory/acme/a', Buffer.from('from a bucket'));
    const inputs = [
      await openInput(sources, FILE),
      await openInput(sources, { ...FILE, inputFileId: '', inputLocation: 's3://memory/acme/a' }),
    ];
    const found = inputs.map(async (input) => [
      input?.size,
      input && (await text(input.body)),
      (await input?.readRange({ first: 5, last: 6 }))?.toString(),
    ]);
    expect(await Promise.all(found)).toEqual([
      [11, 'from a file', 'a '],
      [13, 'from a bucket', 'a '],
    ]);
  });

  it('finds none where there is none, and where it may not be read', async () => {
    const sources = createSources();
    sources.exchange.objects.set('s3://memory/other/a', Buffer.from('x'));
    expect(await openInput(sources, FILE)).toBeUndefined();
    for (const inputLocation of ['s3://memory/acme/a', 's3://memory/other/a']) {
      expect(await openInput(sources, { ...FILE, inputLocation })).toBeUndefined();
    }
  });

  it('gives no piece of another object than the one that was opened', async () => {
    const sources = createSources();
    await sources.store.put(KEY, 'one');
    const input = await openInput(sources, FILE);
    await sources.store.put(KEY, 'two');
    await expect(input?.readRange({ first: 0, last: 1 })).rejects.toMatchObject({ reason: 'storage_unavailable' });
  });
});
